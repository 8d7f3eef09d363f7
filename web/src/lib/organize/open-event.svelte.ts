import { getContext, setContext } from 'svelte';
import { answer, api, data, type Schemas } from '../api/client';
import { session } from '../session.svelte';

type Event = Schemas['Event'];

/** The event in the page's address, for the pages about this event. */
export class OpenEvent {
  event = $state.raw<Event | null>(null);
  /** `ETag` of this version. A request for a change names it. */
  etag = $state('');
  error = $state.raw<unknown>(null);
  #run = 0;

  /** Whether the person may run the event. */
  get mine(): boolean {
    return session.isAdmin || this.event?.organizer.id === session.user?.id;
  }

  async load(id: string): Promise<void> {
    const run = ++this.#run;
    this.error = null;
    if (this.event?.id !== id) this.event = null;
    try {
      const { data: event, response } = await answer(api.GET('/v1/events/{id}', { params: { path: { id } } }));
      if (run === this.#run) this.take(event, response);
    } catch (error) {
      if (run === this.#run) this.error = error;
    }
  }

  /** Stores an event and the `ETag` of the answer that contains it. */
  take(event: Event, response: Response): void {
    this.#run += 1;
    this.event = event;
    this.etag = response.headers.get('etag') ?? '';
  }
}

const KEY = Symbol('open event');

export function provideOpenEvent(): OpenEvent {
  return setContext(KEY, new OpenEvent());
}

/** Returns the event of the layout around a page. The layout shows the page only after the event was loaded. */
export function openEvent(): OpenEvent & { event: Event } {
  return getContext(KEY);
}

/** Returns the items of all pages of a list. Stops reading after the page that completes `most` items. */
export async function everything<Item>(
  load: (cursor: { cursor?: string }) => Promise<{ items: Item[]; nextCursor?: string | null }>,
  most = 2_000,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: { cursor?: string } = {};
  for (;;) {
    const page = await load(cursor);
    items.push(...page.items);
    if (page.nextCursor === null || page.nextCursor === undefined || items.length >= most) return items;
    cursor = { cursor: page.nextCursor };
  }
}

/** Returns the person's events, in every state. */
export function myEvents(): Promise<Event[]> {
  return everything((cursor) => data(api.GET('/v1/me/events', { params: { query: { limit: 100, ...cursor } } })));
}
