import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { DATABASE, forgetTickets } from './forget';
import { readWallet, saveWallet, type Wallet } from './wallet';

const wallet = (userId: string): Wallet => ({ userId, savedAt: 5, entries: [] });

describe('wallet', () => {
  beforeEach(() => forgetTickets());

  it('returns the kept tickets, even if the account is unknown', async () => {
    expect(await readWallet('a')).toBeNull();
    await saveWallet(wallet('a'));
    expect(await readWallet('a')).toEqual(wallet('a'));
    expect(await readWallet(null)).toEqual(wallet('a'));
  });

  it('never shows one account’s tickets to another', async () => {
    await saveWallet(wallet('a'));
    expect(await readWallet('b')).toBeNull();
    expect(await readWallet(null)).toBeNull();
  });

  it('erases the kept tickets', async () => {
    await saveWallet(wallet('a'));
    forgetTickets();
    expect(await readWallet('a')).toBeNull();
    expect((await indexedDB.databases()).map(({ name }) => name)).toEqual([DATABASE]);
  });
});
