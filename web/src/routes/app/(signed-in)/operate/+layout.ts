import { requireRole } from '$lib/guard';
import { loadMessages } from '$lib/i18n/index.svelte';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ url }) => {
  await Promise.all([requireRole(url, 'admin'), loadMessages('operator')]);
};
