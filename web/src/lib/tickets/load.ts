import { api, data } from '../api/client';
import { clock } from '../clock';
import type { Page } from '../pages.svelte';
import { session } from '../session';
import { type Entry, entriesOf } from './entries';
import { saveWallet, type Wallet } from './wallet';

/**
 * Largest number of pages of a list. Lists of one person are short, and the limit ends an endless loop after a wrong
 * cursor.
 */
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

/** Time within which the lists must be read. After this time, they count as lost. */
const TIMEOUT_MS = 30_000;

/** Reads all registrations of the caller, with their tickets. */
async function loadEntries(signal: AbortSignal): Promise<Entry[]> {
  const [registrations, tickets] = await Promise.all([
    all((query) => data(api.GET('/v1/me/registrations', { params: { query }, signal }))),
    all((query) => data(api.GET('/v1/me/tickets', { params: { query }, signal }))),
  ]);
  return entriesOf(registrations, tickets);
}

/**
 * Reads the entries of the account that is signed in, and keeps them on the device.
 * Returns `null` if the account has changed in the meantime, because the lists may belong to either account.
 */
export async function renewEntries(): Promise<Pick<Wallet, 'entries' | 'savedAt'> | null> {
  // The owner is read first, because each request uses the token that is valid when the request is sent.
  const { user: owner, accountSignal } = session;
  try {
    const entries = await loadEntries(AbortSignal.any([accountSignal, AbortSignal.timeout(TIMEOUT_MS)]));
    if (accountSignal.aborted) return null;
    const savedAt = clock.now();
    if (owner !== null) await saveWallet({ userId: owner.id, savedAt, entries });
    return { entries, savedAt };
  } catch (error) {
    if (accountSignal.aborted) return null;
    throw error;
  }
}
