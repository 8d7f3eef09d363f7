import { type Rows, type Table, TABLES, type Tables, type Transaction } from './tables';

type Content = Map<Table, Map<string, Rows[Table]>>;

/** Storage in memory, for tests. Transactions run one after the other, and a failed transaction changes nothing. */
export class MemoryTables implements Tables {
  #content: Content = new Map(TABLES.map((table) => [table, new Map()]));
  #last: Promise<unknown> = Promise.resolve();

  read<T>(_: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#run(work);
  }

  write<T>(_: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#run(work);
  }

  #run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const run = this.#last.then(async () => {
      const draft: Content = new Map([...this.#content].map(([table, rows]) => [table, new Map(rows)]));
      const result = await work(transaction(draft));
      this.#content = draft;
      return result;
    });
    this.#last = run.catch(() => {});
    return run;
  }
}

function transaction(content: Content): Transaction {
  const rows = <T extends Table>(table: T) => content.get(table) as Map<string, Rows[T]>;
  const keys = (table: Table, prefix: string) => [...rows(table).keys()].filter((key) => key.startsWith(prefix)).sort();
  return {
    get: async (table, key) => structuredClone(rows(table).get(key)),
    put: async (table, key, row) => void rows(table).set(key, structuredClone(row)),
    delete: async (table, key) => void rows(table).delete(key),
    list: async (table, prefix) => keys(table, prefix).map((key) => structuredClone(rows(table).get(key)) as never),
    count: async (table, prefix) => keys(table, prefix).length,
    countAtGate: async (eventId, gate) =>
      [...rows('admissions').values()].filter((row) => row.eventId === eventId && row.gateKey === gate).length,
  };
}
