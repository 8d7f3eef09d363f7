import type { DoorStore } from './door-store';
import type { LoggedScan } from './model';
import { changesOf } from './reconcile';

/**
 * Time between two readings of the whole log. The log is sorted by the time of the scan, so the entry of a scan that
 * another door sent late stands among old entries.
 */
const WHOLE_EVERY_MS = 5 * 60_000;
/**
 * Overlap between two shorter readings. Each one reads the entries of this period before the newest known entry again.
 */
const OVERLAP_MS = 15 * 60_000;
/** Largest number of pages that one reading of a door's log reads: 20,000 entries. */
const PAGES = 200;

export interface LogPage {
  items: LoggedScan[];
  nextCursor: string | null;
}

/** Reads the log of an event's doors, and stores the entries that are new to this page. */
export class DoorLog {
  /**
   * Names of the stored entries. A name contains the result, because the result of an entry changes when its scan is
   * sent again.
   */
  readonly #seen = new Set<string>();
  #newest: string | null = null;
  #wholeAt = -Infinity;

  constructor(
    private readonly store: DoorStore,
    private readonly page: (cursor: string | null) => Promise<LogPage>,
    private readonly eventId: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Makes the next reading read the whole log, because the page may have missed entries. */
  missed(): void {
    this.#wholeAt = -Infinity;
  }

  /**
   * Reads new entries. Reads the whole log if the page may have missed entries, or if the last reading of the whole log
   * was five minutes ago.
   */
  async read(): Promise<void> {
    const began = this.now();
    const whole = this.#newest === null || began - this.#wholeAt >= WHOLE_EVERY_MS || began < this.#wholeAt;
    if (whole) this.#wholeAt = began;
    try {
      const entries = await readLog(this.page, whole || this.#newest === null ? null : before(this.#newest, OVERLAP_MS));
      const fresh = entries.filter((entry) => !this.#seen.has(nameOf(entry)));
      await this.store.learn(this.eventId, changesOf(fresh));
      for (const entry of fresh) this.#seen.add(nameOf(entry));
      this.#newest = entries[0]?.at ?? this.#newest;
    } catch (error) {
      if (whole) this.missed();
      throw error;
    }
  }
}

/** Returns the entries of a door's log with the newest first, down to the time `downTo`, or all of them. */
export async function readLog(page: (cursor: string | null) => Promise<LogPage>, downTo: string | null): Promise<LoggedScan[]> {
  const entries: LoggedScan[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const { items, nextCursor }: LogPage = await page(cursor);
    entries.push(...items);
    cursor = nextCursor;
    const oldest = items.at(-1)?.at;
    if (cursor === null || (downTo !== null && oldest !== undefined && oldest < downTo)) break;
  }
  return entries;
}

const nameOf = ({ scanId, at, result }: LoggedScan) => `${scanId} ${at} ${result}`;
const before = (at: string, ms: number) => new Date(Date.parse(at) - ms).toISOString();
