import { requireSession } from '$lib/guard';
import { loadMessages } from '$lib/i18n/index.svelte';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ url }) => {
  await Promise.all([requireSession(url), loadMessages('account')]);
};
