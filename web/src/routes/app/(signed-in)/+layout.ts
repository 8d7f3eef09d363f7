import { requireSession } from '$lib/guard';
import { loadMessages } from '$lib/i18n/index.svelte';
import type { LayoutLoad } from './$types';

/** Returns whether the device keeps the data of the page at `path`. */
async function isKept(path: string): Promise<boolean> {
  if (!/^\/app\/tickets\/?$/.test(path)) return false;
  const { readWallet } = await import('$lib/tickets/wallet');
  return (await readWallet(null)) !== null;
}

export const load: LayoutLoad = async ({ url }) => {
  const { pathname } = url;
  await Promise.all([requireSession(url, () => isKept(pathname)), loadMessages('account')]);
};
