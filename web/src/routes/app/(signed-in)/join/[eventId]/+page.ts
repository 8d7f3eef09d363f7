import { error } from '@sveltejs/kit';
import { eventIdOf } from '$lib/next';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ params }) => {
  const eventId = eventIdOf(params.eventId);
  if (eventId === null) error(404, 'no such event');
  return { eventId };
};
