import { requireSession } from '$lib/guard';
import { loadMessages } from '$lib/i18n/index.svelte';
import type { LayoutLoad } from './$types';

/** Whether the device keeps what the page shows. */
async function isKept(path: string): Promise<boolean> {
  if (!/^\/app\/tickets\/?$/.test(path)) return false;
  const { readWallet } = await import('$lib/tickets/wallet');
  return (await readWallet(null)) !== null;
}

export const load: LayoutLoad = async ({ url }) => {
  const { pathname } = url;
  await Promise.all([requireSession(url, () => isKept(pathname)), loadMessages('account')]);
};
