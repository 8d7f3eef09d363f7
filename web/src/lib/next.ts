/**
 * Returns the page to which a person returns after signing in. Only pages of this origin that need no other step are
 * allowed.
 */
export function safeNext(next: string | null, fallback: string = '/app'): string {
  if (next === null || !/^\/(app|scan|events|organizers)(\/|\?|$)/.test(next)) return fallback;
  return /[\\\s]/.test(next) || next.startsWith('/app/sign-') ? fallback : next;
}

const EVENT = /^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Returns `value` if it is the id of an event, or `null` otherwise. */
export function eventIdOf(value: string | null): string | null {
  return value !== null && EVENT.test(value) ? value : null;
}

/**
 * Returns whether an address belongs to this app. The browser loads any other address from the server as a whole page.
 */
export function isOwnPage(path: string): boolean {
  return /^\/(app|scan)(\/|\?|$)/.test(path);
}

/** Returns the event of a page on which people register, or `null` for another page. */
export function eventOfPage(path: string): string | null {
  return eventIdOf(/^\/app\/events\/([^/]+)\/register\/?$/.exec(path)?.[1] ?? null);
}

/** Returns the event of a page on which people join the door staff, or `null` for another page. */
export function eventOfInvitation(path: string): string | null {
  return eventIdOf(/^\/app\/join\/([^/]+)\/?$/.exec(path)?.[1] ?? null);
}

/**
 * Returns the page for a person who is not signed in. A person who wants to register gets one form for account and
 * seat. Invited people often have no account, so they get the form for one first.
 */
export function enterAddress(url: URL, forEvent: 'sign-in' | 'sign-up' = 'sign-up'): string {
  const event = eventOfPage(url.pathname);
  if (event !== null) return `/app/${forEvent}?event=${event}`;
  const page = eventOfInvitation(url.pathname) === null ? 'sign-in' : forEvent;
  return `/app/${page}?next=${encodeURIComponent(url.pathname + url.search)}`;
}
