import { api, data } from '../api/client';
import type { Page } from '../pages.svelte';
import { type Entry, entriesOf } from './entries';

/** Lists of one person are short; a bound keeps a broken cursor from asking for ever. */
const PAGES = 20;

async function all<Item>(load: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const answer: Page<Item> = await load({ limit: 100, ...(cursor === null ? {} : { cursor }) });
    items.push(...answer.items);
    cursor = answer.nextCursor ?? null;
    if (cursor === null) break;
  }
  return items;
}

/** Reads all registrations of the caller, with their tickets. */
export async function loadEntries(): Promise<Entry[]> {
  const [registrations, tickets] = await Promise.all([
    all((query) => data(api.GET('/v1/me/registrations', { params: { query } }))),
    all((query) => data(api.GET('/v1/me/tickets', { params: { query } }))),
  ]);
  return entriesOf(registrations, tickets);
}
