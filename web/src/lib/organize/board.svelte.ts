import { api, data, type Schemas } from '../api/client';
import { AdmissionLog, type Admission } from '../charts/series';
import type { Frame } from '../live';
import { everything } from './open-event.svelte';

type EventStats = Schemas['EventStats'];

/** Shortest time between two reads of the statistics. Frames may arrive many times a second. */
const PAUSE_MS = 2_000;
/**
 * Longest time between two reads of the statistics. A read without a frame is necessary because a frame may be lost.
 */
const REST_MS = 20_000;
/** Number of scans to read at the start, for the chart of the last hour. */
const SCANS = 500;

/** The data of a live board: statistics, and the admissions of the last hour. */
export class Board {
  stats = $state.raw<EventStats | null>(null);
  /** Local time of the last answer. */
  at = $state<number | null>(null);
  error = $state.raw<unknown>(null);
  admissions = $state.raw<Admission[]>([]);
  readonly #log = new AdmissionLog();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;
  #due = Infinity;
  #ended = false;
  #reading = false;
  /** Whether a frame came while the statistics were read, so that the answer may lack the frame's change. */
  #readAgain = false;
  #readingScans = false;
  /** Whether the scans must be read again because the present read may have begun too early. */
  #scansAgain = false;

  constructor(
    private readonly id: string,
    private readonly unnamed: string,
  ) {}

  start(): void {
    void this.#read();
    void this.#scans();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /** Updates the board with a frame of the topic `door`. */
  door(frame: Frame): void {
    if (frame.type === 'check-in') {
      this.#log.add(frame, this.unnamed);
      this.admissions = this.#log.all;
    }
    // An admission between the former read and this subscription has no frame. A lost connection leaves the same gap.
    if (frame.type === 'snapshot') void this.#scans();
    if (frame.type === 'check-in' || frame.type === 'conflict' || frame.type === 'snapshot') this.soon();
  }

  /** Schedules a read of the statistics, at the earliest time that the minimum pause allows. */
  soon(): void {
    if (this.#reading) this.#readAgain = true;
    else this.#plan(Math.max(this.#last + PAUSE_MS, Date.now() + 300));
  }

  #plan(at: number): void {
    if (this.#ended || at >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = at;
    this.#timer = setTimeout(() => void this.#read(), Math.max(0, at - Date.now()));
  }

  async #read(): Promise<void> {
    this.#last = Date.now();
    this.#reading = true;
    this.#readAgain = false;
    try {
      this.stats = await data(api.GET('/v1/events/{id}/stats', { params: { path: { id: this.id } } }));
      this.at = Date.now();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.#reading = false;
    this.#due = Infinity;
    if (this.#readAgain) this.soon();
    else this.#plan(Date.now() + REST_MS);
  }

  /** Reads the latest scans. Two reads never run at once. */
  async #scans(): Promise<void> {
    if (this.#readingScans) {
      this.#scansAgain = true;
      return;
    }
    this.#readingScans = true;
    do {
      this.#scansAgain = false;
      await this.#readScans();
    } while (this.#scansAgain && !this.#ended);
    this.#readingScans = false;
  }

  async #readScans(): Promise<void> {
    try {
      const scans = await everything(
        (cursor) => data(api.GET('/v1/events/{id}/check-ins', { params: { path: { id: this.id }, query: { limit: 100, ...cursor } } })),
        SCANS,
      );
      for (const scan of scans) this.#log.add(scan, this.unnamed);
      this.admissions = this.#log.all;
    } catch {
      // Without the stored scans, the chart begins with the next frame.
    }
  }
}
