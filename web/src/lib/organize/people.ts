import { api, data, type Schemas } from '../api/client';
import type { Page } from '../pages.svelte';

type Attendee = Schemas['Attendee'];

const PAGE = 50;

export interface PeopleFilter {
  status: '' | Schemas['RegistrationStatus'];
  /** The beginning of a name or address; empty for everybody. */
  q: string;
}

/**
 * Loads a page of an event's people. The server looks at a limited number of people for one request, so an answer may
 * have few people, or none, although the list continues. Therefore this function asks again until it has people, or the
 * list ends.
 */
export async function peoplePage(
  eventId: string,
  { status, q }: PeopleFilter,
  cursor: { cursor?: string },
  signal: AbortSignal,
): Promise<Page<Attendee>> {
  const query = { limit: PAGE, ...(status === '' ? {} : { status }), ...(q === '' ? {} : { q }) };
  const items: Attendee[] = [];
  let next: string | null | undefined = cursor.cursor;
  do {
    const params = { path: { id: eventId }, query: { ...query, ...(next ? { cursor: next } : {}) } };
    const page: Page<Attendee> = await data(api.GET('/v1/events/{id}/registrations', { params, signal }));
    items.push(...page.items);
    next = page.nextCursor;
  } while (next && items.length === 0);
  return { items, nextCursor: next ?? null };
}
