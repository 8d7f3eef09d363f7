import { backoffMs } from './retry';

/** Topics of an event: its counts, or its door (for the event's staff). */
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

/** Frames of the server (docs/live.md). More types may be added; a program ignores those that it does not know. */
export type Frame =
  | ({ type: 'snapshot' | 'count'; topic?: 'door' } & Counts)
  | { type: 'announcement'; eventId: string; id: string; message: string; createdAt: string }
  | { type: 'event'; eventId: string; status: string; changed: string[] }
  | { type: 'check-in'; eventId: string; at: string; result: string; code?: string; gate?: string; reason?: string }
  | { type: 'conflict'; eventId: string; code: string; kinds: string[]; admittedAt?: string; endedAt?: string }
  | { type: 'unsubscribed'; eventId: string; topic?: 'door'; reason?: string }
  | { type: 'error'; code: string; detail: string; eventId?: string }
  | { type: 'pong' };

/** `idle`: nobody watches. `waiting`: the connection is lost, and the next attempt has its time. */
export type LiveState = 'idle' | 'connecting' | 'open' | 'waiting';

type Listener = (frame: Frame) => void;

interface Subscription {
  eventId: string;
  topic: Topic;
  listeners: Set<Listener>;
}

/** What the connection needs of its surroundings; tests give their own. */
export interface LiveHost {
  url: () => string;
  /** A ticket that signs the connection in, or `null` for an anonymous one. */
  ticket: () => Promise<string | null>;
  open: (url: string) => WebSocket;
  random: () => number;
}

/** A connection that carries nothing is asked for a sign of life after this time. */
const PING_MS = 25_000;
/** Without an answer for this long, the connection is taken for lost. */
const DEAD_MS = 10_000;
const BASE_MS = 1_000;
const CAP_MS = 30_000;
/** The server ends a connection with more than ten actions in one second (docs/live.md). */
const ACTIONS = 8;
const ACTIONS_MS = 1_100;

/**
 * One WebSocket for all that a page watches. It connects when somebody subscribes, and again after a random wait
 * that grows, so that ten thousand browsers do not return together.
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

  /** Local time of the last frame in milliseconds; `null` before the first one. */
  get lastFrameAt(): number | null {
    return this.#lastFrameAt;
  }

  /** Calls a listener after each change of state and each frame; returns a function that ends this. */
  onChange(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  /** Watches a topic of an event; returns a function that ends this. */
  subscribe(eventId: string, topic: Topic, listener: Listener): () => void {
    const key = `${topic} ${eventId}`;
    let subscription = this.#subscriptions.get(key);
    if (subscription === undefined) {
      subscription = { eventId, topic, listeners: new Set() };
      this.#subscriptions.set(key, subscription);
    }
    subscription.listeners.add(listener);
    // A repeated subscription gets a snapshot of its own, which a second listener needs too.
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

  /** Connects anew, for example as another person, or at once when the device is online again. */
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
    // Only a frame shows that the connection works: one that is accepted and closed at once must not reset the wait.
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

  /** Asks for a sign of life when nothing comes, and gives the connection up when none follows. */
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
    // The wait is at least half of its bound, so that a server that refuses everybody is not asked at once.
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

  /** Sends what waits, as fast as the server allows. */
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

/** Whether a frame is for a subscription. Frames of both topics come over one connection. */
function concerns(frame: Frame, eventId: string, topic: Topic): boolean {
  if (!('eventId' in frame) || frame.eventId !== eventId) return false;
  if (COUNT_FRAMES.has(frame.type)) return topic === 'counts';
  if (DOOR_FRAMES.has(frame.type)) return topic === 'door';
  if (frame.type === 'snapshot' || frame.type === 'unsubscribed') return (frame.topic ?? 'counts') === topic;
  return true;
}

/**
 * Address of the WebSocket: as the server wrote it into the page, or else `/live` of the same host.
 * A page that came over TLS may not open a socket without it; the server may not know of the proxy that adds TLS.
 */
export function liveUrl(): string {
  const named = document.querySelector<HTMLMetaElement>('meta[name="em-connect-live"]')?.content ?? '';
  const url = /^wss?:\/\//.test(named) ? named : `${location.origin.replace(/^http/, 'ws')}/live`;
  return location.protocol === 'https:' ? url.replace(/^ws:/, 'wss:') : url;
}
