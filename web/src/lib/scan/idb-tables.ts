import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Rows, type Table, TABLES, type Tables, type Transaction } from './tables';

type Schema = DBSchema & {
  [T in Table]: { key: string; value: Rows[T]; indexes: { gate: [string, string] } };
};

const NAME = 'em-connect.scan';
const VERSION = 2;

/** Storage in IndexedDB. */
export class IdbTables implements Tables {
  #database: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(private readonly name: string = NAME) {}

  read<T>(tables: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#run(tables, 'readonly', work);
  }

  write<T>(tables: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#run(tables, 'readwrite', work);
  }

  async close(): Promise<void> {
    (await this.#database)?.close();
    this.#database = null;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    const forget = () => {
      this.#database = null;
    };
    this.#database ??= openDB<Schema>(this.name, VERSION, {
      upgrade(database) {
        // An upgrade only adds tables, so that kept scans survive every upgrade of the app.
        for (const table of TABLES) {
          if (database.objectStoreNames.contains(table)) continue;
          const store = database.createObjectStore(table);
          if (table === 'admissions') store.createIndex('gate', ['eventId', 'gateKey']);
        }
      },
      // This tab must not block a newer version in another tab.
      blocking: (_current, _blocked, event) => {
        (event.target as unknown as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    }).catch((error: unknown) => {
      forget();
      throw error;
    });
    return this.#database;
  }

  async #run<T>(tables: readonly Table[], mode: IDBTransactionMode, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const database = await this.#open();
    // A verdict is shown only after the scan is on the disk, so writes need strict durability.
    const tx = database.transaction([...tables], mode as 'readwrite', { durability: mode === 'readwrite' ? 'strict' : 'default' });
    const below = (prefix: string) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    try {
      const result = await work({
        get: (table, key) => tx.objectStore(table).get(key) as Promise<never>,
        put: async (table, key, row) => void (await tx.objectStore(table).put(row, key)),
        delete: (table, key) => tx.objectStore(table).delete(key),
        list: (table, prefix) => tx.objectStore(table).getAll(below(prefix)) as Promise<never>,
        count: (table, prefix) => tx.objectStore(table).count(below(prefix)),
        countAtGate: (eventId, gate) => tx.objectStore('admissions').index('gate').count([eventId, gate]),
      });
      await tx.done;
      return result;
    } catch (error) {
      tx.done.catch(() => {});
      try {
        tx.abort();
      } catch {
        // The transaction has already ended.
      }
      throw error;
    }
  }
}
