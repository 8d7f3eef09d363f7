import { mailed } from '$lib/mailed.svelte';
import { type Area, loadMessages, startLocale } from '$lib/i18n/index.svelte';

// This file runs before Kit reads the address. Otherwise, Kit would write the address with the code into the history again.
mailed.take(location, (address) => history.replaceState(history.state, '', address));

/** The texts that the layouts below an address load, besides `common`. */
const AREAS: [string, Area[]][] = [
  ['/app/tickets', ['account', 'tickets']],
  ['/app/events/', ['account', 'tickets']],
  ['/app/organize', ['account', 'organizer']],
  ['/app/operate', ['account', 'operator']],
  ['/app', ['account']],
  ['/scan', ['scan']],
];

/**
 * Requests the texts of the first page together with its code. The layouts request them too, but only after their own
 * code has arrived, which on a phone's network is one round trip later.
 */
export function init(): void {
  startLocale();
  const { pathname } = location;
  const areas = AREAS.find(([start]) => pathname.startsWith(start))?.[1] ?? [];
  // If this fails, the layouts' request fails too, and its error is shown.
  loadMessages('common', ...areas).catch(() => {});
}
