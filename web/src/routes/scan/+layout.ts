import { loadMessages } from '$lib/i18n/index.svelte';
import type { LayoutLoad } from './$types';

// No guard: the door works without a connection, and asks for a session only when it needs one.
export const load: LayoutLoad = async ({ url }) => {
  // Only the scanner's own document may compile WebAssembly, so a way here from another page loads it.
  const [entry] = performance.getEntriesByType('navigation');
  if (entry !== undefined && !/^\/scan(\/|$)/.test(new URL(entry.name).pathname)) {
    location.replace(url.href);
    await new Promise(() => {});
  }
  await loadMessages('scan');
};
