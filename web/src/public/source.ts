import type { Schemas } from '../lib/api/client';
import { clock } from '../lib/clock';
import { type Counts, type Frame, LiveConnection, liveUrl } from '../lib/live';
import { isTransient, retryAfterMs } from '../lib/retry';

export type Event = Schemas['Event'];
export type Announcement = { id: string; message: string; createdAt: string };
export type Numbers = Pick<Counts, 'registered' | 'remaining' | 'capacity' | 'waitlisted' | 'status'>;

/** The callbacks for updates of an event. */
export interface Listener {
  /** Called with numbers, and with the server's time to which they belong. */
  numbers: (numbers: Numbers, asOf: number) => void;
  announcement: (announcement: Announcement) => void;
  /** Called with the names of the fields that the organizer has changed. */
  changed: (fields: readonly string[], status: string) => void;
  /** Called with a newer version of the event. */
  event: (event: Event) => void;
  gone: () => void;
}

/** Time after which polling replaces a connection that is not open. */
const PATIENCE_MS = 6_000;
const POLL_MS = 15_000;

export const live = new LiveConnection({
  url: liveUrl,
  // All topics here are public, and a ticket would need an additional request.
  ticket: () => Promise.resolve(null),
  open: (url) => new WebSocket(url),
  random: Math.random,
});

/** Reads a JSON document that may be unchanged since the last read. */
class Polled<T> {
  #tag: string | null = null;
  #value: T | null = null;

  constructor(private readonly path: string) {}

  /**
   * Returns the document and whether it is new; `null` if it does not exist. Rejects if no answer came, or if the read
   * was refused.
   */
  async read(): Promise<{ value: T; changed: boolean } | null> {
    const sentAt = Date.now();
    const request = { method: 'GET', cache: 'no-store' } as const;
    const response = await fetch(this.path, {
      ...request,
      headers: this.#tag === null ? {} : { 'if-none-match': this.#tag },
      signal: AbortSignal.timeout(10_000),
    });
    clock.observeAnswer(request, response, sentAt, Date.now());
    if (response.status === 304 && this.#value !== null) return { value: this.#value, changed: false };
    if (response.status === 404) return null;
    if (!response.ok) throw new Refused(response);
    this.#tag = response.headers.get('etag');
    this.#value = (await response.json()) as T;
    return { value: this.#value, changed: true };
  }
}

class Refused extends Error {
  readonly waitMs: number | null;

  constructor(response: Response) {
    super(`status ${response.status}`);
    this.waitMs = isTransient(response.status) ? retryAfterMs(response.headers.get('retry-after')) : null;
  }
}

/** Receives the updates of one event: over the live connection, or by polling if the connection is not open. */
export class Source {
  readonly #event: Polled<Event>;
  readonly #announcements: Polled<{ items: Announcement[] }>;
  readonly #end: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  /** Whether the numbers on the page come from the open connection. */
  #fresh = false;

  constructor(
    readonly id: string,
    private readonly listener: Listener,
    private readonly withAnnouncements: boolean,
  ) {
    this.#event = new Polled(`/v1/events/${id}`);
    this.#announcements = new Polled(`/v1/events/${id}/announcements`);
    const endWatch = live.subscribe(id, 'counts', (frame) => this.#receive(frame));
    const endState = live.onChange(() => this.#follow());
    const seen = () => this.#follow();
    document.addEventListener('visibilitychange', seen);
    this.#end = () => {
      endWatch();
      endState();
      document.removeEventListener('visibilitychange', seen);
      clearTimeout(this.#timer);
    };
    this.#follow();
  }

  get fresh(): boolean {
    return this.#fresh && live.state === 'open';
  }

  stop(): void {
    this.#end();
  }

  /**
   * Reads the event after a random wait, so that browsers that got the same frame do not all send a request at the same
   * moment.
   */
  readSoon(withinMs: number): void {
    setTimeout(() => void this.read(), Math.random() * withinMs);
  }

  /**
   * Reads the event, and also the announcements if the connection does not deliver them. If the read is refused,
   * returns the wait that the server demands.
   */
  async read(): Promise<number | null> {
    if (this.#reading) return null;
    this.#reading = true;
    try {
      const event = await this.#event.read();
      if (event === null) {
        this.listener.gone();
        return null;
      }
      this.listener.event(event.value);
      // Numbers from the open connection are newer than the numbers of this read.
      if (!this.fresh) this.listener.numbers(event.value, clock.now());
      if (this.withAnnouncements && !this.fresh) {
        const news = await this.#announcements.read();
        if (news?.changed) for (const item of [...news.value.items].reverse()) this.listener.announcement(item);
      }
      return null;
    } catch (error) {
      return error instanceof Refused ? error.waitMs : null;
    } finally {
      this.#reading = false;
    }
  }

  #receive(frame: Frame): void {
    switch (frame.type) {
      case 'snapshot':
      case 'count':
        this.#fresh = true;
        this.listener.numbers(frame, Date.parse(frame.asOf));
        break;
      case 'announcement':
        this.listener.announcement(frame);
        break;
      case 'event':
        this.listener.changed(frame.changed, frame.status);
        break;
      case 'error':
        if (frame.code === 'not-found') this.listener.gone();
        break;
    }
  }

  /** Starts or stops polling. The page polls while the connection does not work and the page is visible. */
  #follow(): void {
    if (live.state !== 'open') this.#fresh = false;
    const needed = !this.fresh && document.visibilityState === 'visible';
    if (!needed) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined) {
      this.#wait(PATIENCE_MS);
    }
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(async () => {
      const asked = await this.read();
      this.#timer = undefined;
      if (!this.fresh && document.visibilityState === 'visible') this.#wait(Math.max(POLL_MS, asked ?? 0));
    }, ms * (0.75 + Math.random() / 2));
  }
}
