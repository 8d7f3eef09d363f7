import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Entry } from './entries';
import { DATABASE } from './forget';

/** The data that the device keeps: the tickets of one account. */
export interface Wallet {
  userId: string;
  /** The server's time at which the tickets were read. */
  savedAt: number;
  entries: Entry[];
}

interface Schema extends DBSchema {
  wallet: { key: 'current'; value: Wallet };
}

async function withDatabase<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T | null> {
  let database: IDBPDatabase<Schema> | undefined;
  try {
    database = await openDB<Schema>(DATABASE, 1, {
      upgrade: (created) => void created.createObjectStore('wallet'),
      // When another tab signs out, it erases the database, and an open connection would block this.
      blocking: (_, __, event) => (event.target as IDBDatabase).close(),
    });
    return await work(database);
  } catch {
    // Without storage (in a private window, or with a full disk), tickets need a connection.
    return null;
  } finally {
    database?.close();
  }
}

/**
 * Returns the kept tickets of an account. Erases the tickets if they belong to another account. If the account is
 * unknown, `userId` is `null`, and any kept tickets are returned.
 */
export function readWallet(userId: string | null): Promise<Wallet | null> {
  return withDatabase(async (database) => {
    const wallet = await database.get('wallet', 'current');
    if (wallet === undefined) return null;
    if (userId !== null && wallet.userId !== userId) {
      await database.delete('wallet', 'current');
      return null;
    }
    return wallet;
  });
}

/** Stores an account's tickets, and replaces all tickets that were kept before. */
export async function saveWallet(wallet: Wallet): Promise<void> {
  await withDatabase((database) => database.put('wallet', wallet, 'current'));
}
