import { backoffMs } from './retry';

/** The topics of an event: its counts, or its door (for the event's staff). */
export type Topic = 'counts' | 'door';

export interface Counts {
  eventId: string;
  registered: number;
  remaining: number;
  capacity: number;
  waitlisted: number;
  status: string;
  asOf: string;
}

/**
 * Frames from the server (docs/live.md). More types may be added, and a client ignores the types that it does not
 * support.
 */
export type Frame =
  | ({ type: 'snapshot' | 'count'; topic?: 'door' } & Counts)
  | { type: 'announcement'; eventId: string; id: string; message: string; createdAt: string }
  | { type: 'event'; eventId: string; status: string; changed: string[] }
  | { type: 'check-in'; eventId: string; at: string; result: string; code?: string; gate?: string; reason?: string }
  | { type: 'conflict'; eventId: string; code: string; kinds: string[]; admittedAt?: string; endedAt?: string }
  | { type: 'unsubscribed'; eventId: string; topic?: 'door'; reason?: string }
  | { type: 'error'; code: string; detail: string; eventId?: string }
  | { type: 'pong' };

/**
 * State of the connection. `idle`: no subscription. `waiting`: the connection is lost, and a timer runs for the next
 * attempt.
 */
export type LiveState = 'idle' | 'connecting' | 'open' | 'waiting';

type Listener = (frame: Frame) => void;

interface Subscription {
  eventId: string;
  topic: Topic;
  listeners: Set<Listener>;
}

/** The environment of the connection. Tests replace it. */
export interface LiveHost {
  url: () => string;
  /** Returns a ticket that signs the connection in, or `null` for an anonymous connection. */
  ticket: () => Promise<string | null>;
  open: (url: string) => WebSocket;
  random: () => number;
}

/** The client sends a ping if the connection has carried nothing for this time. */
const PING_MS = 25_000;
/** The client treats the connection as lost if no answer to a ping arrives within this time. */
const DEAD_MS = 10_000;
const BASE_MS = 1_000;
const CAP_MS = 30_000;
/**
 * Maximum number of actions in `ACTIONS_MS`. The server closes a connection with more than ten actions in one second
 * (docs/live.md).
 */
const ACTIONS = 8;
const ACTIONS_MS = 1_100;

/**
 * The only WebSocket of a page, with all subscriptions of the page. The first subscription opens the connection. After
 * a lost connection, the next attempt follows after a growing random wait, so that ten thousand browsers do not
 * reconnect together.
 */
export class LiveConnection {
  #state: LiveState = 'idle';
  #socket: WebSocket | null = null;
  #attempt = 0;
  #lastFrameAt: number | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setTimeout> | undefined;
  #pace: ReturnType<typeof setTimeout> | undefined;
  #queue: object[] = [];
  /** Local times of the latest actions. */
  #acted: number[] = [];
  #run = 0;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #changes = new Set<() => void>();

  constructor(private readonly host: LiveHost) {}

  get state(): LiveState {
    return this.#state;
  }

  /** Local time of the last frame in milliseconds; `null` before the first frame. */
  get lastFrameAt(): number | null {
    return this.#lastFrameAt;
  }

  /**
   * Registers a listener that runs after each change of state and after each frame. Returns a function that removes it.
   */
  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  /** Subscribes to a topic of an event. Returns a function that ends the subscription. */
  subscribe(eventId: string, topic: Topic, listener: Listener): () => void {
    const key = `${topic} ${eventId}`;
    let subscription = this.#subscriptions.get(key);
    if (subscription === undefined) {
      subscription = { eventId, topic, listeners: new Set() };
      this.#subscriptions.set(key, subscription);
    }
    subscription.listeners.add(listener);
    // Each repeated subscription gets its own snapshot, and a second listener needs one too.
    this.#act('subscribe', subscription);
    if (this.#state === 'idle') void this.#connect();
    return () => {
      const current = this.#subscriptions.get(key);
      if (current === undefined || !current.listeners.delete(listener) || current.listeners.size > 0) return;
      this.#subscriptions.delete(key);
      this.#act('unsubscribe', current);
      if (this.#subscriptions.size === 0) this.#stop();
    };
  }

  /** Reconnects, for example after another person has signed in, or immediately when the device is online again. */
  reconnect(): void {
    if (this.#subscriptions.size === 0) return;
    this.#drop();
    this.#attempt = 0;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const run = ++this.#run;
    clearTimeout(this.#retry);
    this.#become('connecting');
    let socket: WebSocket;
    try {
      const ticket = await this.host.ticket();
      if (run !== this.#run) return;
      const url = new URL(this.host.url());
      if (ticket !== null) url.searchParams.set('ticket', ticket);
      socket = this.host.open(url.href);
    } catch {
      if (run === this.#run) this.#wait();
      return;
    }
    this.#socket = socket;
    const current = () => run === this.#run && this.#socket === socket;
    socket.addEventListener('open', () => {
      if (!current()) return;
      this.#become('open');
      for (const subscription of this.#subscriptions.values()) this.#act('subscribe', subscription);
      this.#watch();
    });
    socket.addEventListener('message', (event: MessageEvent) => {
      if (current()) this.#receive(event.data);
    });
    socket.addEventListener('close', () => {
      if (current()) this.#wait();
    });
  }

  #receive(data: unknown): void {
    let frame: Frame;
    try {
      frame = JSON.parse(String(data)) as Frame;
    } catch {
      return;
    }
    // Only a frame proves that the connection works. A connection that is accepted and closed at once must not reset
    // the wait.
    this.#attempt = 0;
    this.#lastFrameAt = Date.now();
    this.#watch();
    if (frame.type !== 'pong') {
      for (const { eventId, topic, listeners } of this.#subscriptions.values()) {
        if (!concerns(frame, eventId, topic)) continue;
        for (const listener of [...listeners]) listener(frame);
      }
    }
    this.#notify();
  }

  /** Sends a ping if no frame arrives, and drops the connection if no answer to the ping follows. */
  #watch(): void {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => {
      this.#send({ action: 'ping' });
      this.#ping = setTimeout(() => this.#wait(), DEAD_MS);
    }, PING_MS);
  }

  #wait(): void {
    this.#drop();
    this.#attempt += 1;
    this.#become('waiting');
    // The wait is at least half of its bound, so that a server that refuses every client does not get the next attempts
    // at once.
    const bound = backoffMs(this.#attempt, BASE_MS, CAP_MS, () => 1);
    this.#retry = setTimeout(() => void this.#connect(), bound / 2 + (this.host.random() * bound) / 2);
  }

  #drop(): void {
    this.#run += 1;
    clearTimeout(this.#retry);
    clearTimeout(this.#ping);
    clearTimeout(this.#pace);
    this.#queue = [];
    this.#acted = [];
    this.#socket?.close();
    this.#socket = null;
  }

  #stop(): void {
    this.#drop();
    this.#attempt = 0;
    this.#lastFrameAt = null;
    this.#become('idle');
  }

  #act(action: 'subscribe' | 'unsubscribe', { eventId, topic }: Subscription): void {
    this.#send({ action, eventId, ...(topic === 'door' ? { topic } : {}) });
  }

  #send(message: object): void {
    if (this.#state !== 'open') return;
    this.#queue.push(message);
    if (this.#queue.length === 1) this.#flush();
  }

  /** Sends the queued actions as fast as the server allows. */
  #flush(): void {
    clearTimeout(this.#pace);
    for (let message = this.#queue[0]; message !== undefined; message = this.#queue[0]) {
      const now = Date.now();
      this.#acted = this.#acted.filter((at) => now - at < ACTIONS_MS);
      const [oldest] = this.#acted;
      if (oldest !== undefined && this.#acted.length >= ACTIONS) {
        this.#pace = setTimeout(() => this.#flush(), oldest + ACTIONS_MS - now);
        return;
      }
      this.#queue.shift();
      this.#acted.push(now);
      if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
    }
  }

  #become(state: LiveState): void {
    this.#state = state;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#changes) listener();
  }
}

const COUNT_FRAMES = new Set(['count', 'announcement']);
const DOOR_FRAMES = new Set(['check-in', 'conflict']);

/** Returns whether a frame belongs to a subscription. Frames of both topics arrive over one connection. */
function concerns(frame: Frame, eventId: string, topic: Topic): boolean {
  if (!('eventId' in frame) || frame.eventId !== eventId) return false;
  if (COUNT_FRAMES.has(frame.type)) return topic === 'counts';
  if (DOOR_FRAMES.has(frame.type)) return topic === 'door';
  if (frame.type === 'snapshot' || frame.type === 'unsubscribed') return (frame.topic ?? 'counts') === topic;
  return true;
}

/**
 * Returns the address of the WebSocket: the one that the server wrote into the page, or else `/live` on the same host.
 * A page that was loaded over TLS may not open a socket without TLS. The server may not see that a proxy adds TLS, so
 * this function adds TLS to the address.
 */
export function liveUrl(): string {
  const named = document.querySelector<HTMLMetaElement>('meta[name="em-connect-live"]')?.content ?? '';
  const url = /^wss?:\/\//.test(named) ? named : `${location.origin.replace(/^http/, 'ws')}/live`;
  return location.protocol === 'https:' ? url.replace(/^ws:/, 'wss:') : url;
}
