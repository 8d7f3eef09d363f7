import { mailed } from '$lib/mailed.svelte';
import areas from '$lib/i18n/areas.json';
import { type Area, loadMessages, startLocale } from '$lib/i18n/index.svelte';

// This file runs before Kit reads the address. Otherwise, Kit would write the address with the code into the history again.
mailed.take(location, (address) => history.replaceState(history.state, '', address));

/** The texts that the layouts below an address load, besides `common`. `scripts/preloads.mjs` also reads the list. */
const AREAS = areas as [string, Area[]][];

/**
 * Requests the texts of the first page together with its code. The layouts request them too, but only after their own
 * code has arrived, which on a phone's network is one round trip later.
 */
export function init(): void {
  startLocale();
  const { pathname } = location;
  const found = AREAS.find(([start]) => pathname.startsWith(start))?.[1] ?? [];
  // If this fails, the layouts' request fails too, and its error is shown.
  loadMessages('common', ...found).catch(() => {});
}
