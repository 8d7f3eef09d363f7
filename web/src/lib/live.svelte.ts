import { createSubscriber } from 'svelte/reactivity';
import { api, data } from './api/client';
import { type Counts, type Frame, LiveConnection, type LiveState, liveUrl, type Topic } from './live';
import { session } from './session';

/** The page's connection for live counts and doors. */
export const live = new LiveConnection({
  url: liveUrl,
  ticket: async () => {
    await session.ready;
    return session.state === 'signed-in' ? (await data(api.POST('/v1/live/tickets'))).ticket : null;
  },
  open: (url) => new WebSocket(url),
  random: Math.random,
});

if (typeof window !== 'undefined') {
  addEventListener('online', () => live.reconnect());
  // A connection belongs to the person who opened it, so another person needs a new connection.
  let person = session.user?.id;
  session.onChange(() => {
    if (session.user?.id === person) return;
    person = session.user?.id;
    live.reconnect();
  });
}

const subscribeToState = createSubscriber((update) => live.onChange(update));

/** Returns the state of the connection, for components. */
export function liveState(): LiveState {
  subscribeToState();
  return live.state;
}

/** Returns the local time of the last frame, for components; `null` before the first frame. */
export function lastFrameAt(): number | null {
  subscribeToState();
  return live.lastFrameAt;
}

/** Receives the live counts of one event, and passes every frame to a listener. */
export class Watch {
  counts = $state.raw<Counts | null>(null);
  /**
   * The reason why the server refuses the topic, as a code of docs/live.md; `null` if the server does not refuse it.
   */
  refused = $state<string | null>(null);
  readonly #end: () => void;

  constructor(eventId: string, topic: Topic = 'counts', listener: (frame: Frame) => void = () => {}) {
    this.#end = live.subscribe(eventId, topic, (frame) => {
      if (frame.type === 'snapshot' || frame.type === 'count') {
        this.refused = null;
        // A frame may arrive twice or late, so `asOf` decides which frame is newer.
        if (this.counts === null || frame.asOf >= this.counts.asOf) this.counts = frame;
      } else if (frame.type === 'error' || frame.type === 'unsubscribed') {
        this.refused = frame.type === 'error' ? frame.code : (frame.reason ?? null);
      }
      listener(frame);
    });
  }

  end(): void {
    this.#end();
  }
}

/**
 * Watches an event until the component is destroyed. Must be called while the component is created:
 * `const watch = createWatch(() => data.id)`, and then `watch.current?.counts`.
 */
export function createWatch(eventId: () => string, topic: Topic = 'counts', listener?: (frame: Frame) => void) {
  let current = $state.raw<Watch | null>(null);
  $effect(() => {
    const watch = new Watch(eventId(), topic, listener);
    current = watch;
    return () => watch.end();
  });
  return {
    get current() {
      return current;
    },
  };
}

const tick = createSubscriber((update) => {
  const timer = setInterval(update, 1_000);
  return () => clearInterval(timer);
});

/**
 * Returns the local time, updated each second, for ages and countdowns. The timer runs only while a component uses the
 * time.
 */
export function everySecond(): number {
  tick();
  return Date.now();
}
