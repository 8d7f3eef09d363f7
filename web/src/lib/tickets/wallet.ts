import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Entry } from './entries';
import { DATABASE } from './forget';

/** What the device keeps: the tickets of one account. */
export interface Wallet {
  userId: string;
  /** The server's time when the tickets were read. */
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
      // Signing out in another tab erases the database; an open connection would hold that up.
      blocking: (_, __, event) => (event.target as IDBDatabase).close(),
    });
    return await work(database);
  } catch {
    // Without storage (a private window, a full disk) tickets need a connection.
    return null;
  } finally {
    database?.close();
  }
}

/** The kept tickets of an account; those of another account are erased. `null` for `userId`: it is not known who uses the device. */
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

/** Keeps an account's tickets in the place of all others. */
export async function saveWallet(wallet: Wallet): Promise<void> {
  await withDatabase((database) => database.put('wallet', wallet, 'current'));
}
