import { loadMessages } from '$lib/i18n/index.svelte';
import type { LayoutLoad } from './$types';

// There is no guard here, because the door works without a connection and needs a session only for some calls.
export const load: LayoutLoad = async ({ url }) => {
  // Only the scanner's own document may compile WebAssembly, so a navigation from another page loads this document.
  const [entry] = performance.getEntriesByType('navigation');
  if (entry !== undefined && !/^\/scan(\/|$)/.test(new URL(entry.name).pathname)) {
    location.replace(url.href);
    await new Promise(() => {});
  }
  await loadMessages('scan');
};
