import type { Admission, Finding, KeptDoor, KeptNames, KeptScan, KeptUndo } from './model';

/** The tables of the scanner. In all tables except `doors` and `names`, a key begins with the event's id and a space. */
export interface Rows {
  doors: KeptDoor;
  scans: KeptScan;
  admissions: Admission & { eventId: string; gateKey: string };
  revoked: true;
  undos: KeptUndo;
  findings: Finding;
  names: KeptNames;
}

export type Table = keyof Rows;

export const TABLES: readonly Table[] = ['doors', 'scans', 'admissions', 'revoked', 'undos', 'findings', 'names'];

/** A transaction: either all of its writes happen, or none. */
export interface Transaction {
  get<T extends Table>(table: T, key: string): Promise<Rows[T] | undefined>;
  put<T extends Table>(table: T, key: string, row: Rows[T]): Promise<void>;
  delete(table: Table, key: string): Promise<void>;
  /** Returns the rows whose key begins with `prefix`, in the order of their keys. */
  list<T extends Table>(table: T, prefix: string): Promise<Rows[T][]>;
  count(table: Table, prefix: string): Promise<number>;
  /** Returns the number of admissions of an event at one gate. */
  countAtGate(eventId: string, gate: string): Promise<number>;
}

/** Storage that outlives the page: IndexedDB, or memory in tests. */
export interface Tables {
  read<T>(tables: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T>;
  write<T>(tables: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T>;
}
