import { error } from '@sveltejs/kit';
import { loadMessages } from '$lib/i18n/index.svelte';
import { eventIdOf } from '$lib/next';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ params }) => {
  const id = eventIdOf(params.id);
  if (id === null) error(404, 'no such event');
  await loadMessages('tickets');
  return { id };
};
