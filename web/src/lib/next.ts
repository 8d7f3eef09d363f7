/** Page to which a person returns after signing in; only pages of this origin that need no other step. */
export function safeNext(next: string | null, fallback: string = '/app'): string {
  if (next === null || !/^\/(app|scan|events|organizers)(\/|\?|$)/.test(next)) return fallback;
  return /[\\\s]/.test(next) || next.startsWith('/app/sign-') ? fallback : next;
}

const EVENT = /^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The id of an event from an address, if it is one. */
export function eventIdOf(value: string | null): string | null {
  return value !== null && EVENT.test(value) ? value : null;
}

/** Whether an address belongs to this app; others are loaded from the server as a whole page. */
export function isOwnPage(path: string): boolean {
  return /^\/(app|scan)(\/|\?|$)/.test(path);
}

/** The event of a page on which people register, or `null` for another page. */
export function eventOfPage(path: string): string | null {
  return eventIdOf(/^\/app\/events\/([^/]+)\/register\/?$/.exec(path)?.[1] ?? null);
}

/** Where somebody goes who is not signed in. Whoever comes to register gets a form for account and seat in one. */
export function enterAddress(url: URL, forEvent: 'sign-in' | 'sign-up' = 'sign-up'): string {
  const event = eventOfPage(url.pathname);
  if (event !== null) return `/app/${forEvent}?event=${event}`;
  return `/app/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`;
}
