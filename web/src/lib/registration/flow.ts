import { sleep as realSleep } from '../retry';
import {
  type Answer,
  answered,
  type Asking,
  type EventFacts,
  LOADING,
  opened,
  type Pausing,
  pressed,
  type RegistrationFacts,
  resumed,
  type Situation,
  situationOf,
  type Wish,
} from './machine';

/** The functions that a flow needs from its page. */
export interface Ports<Event extends EventFacts> {
  /** Reads the event and the caller's registration, without changing anything. Throws if they cannot be read. */
  look: (signal: AbortSignal) => Promise<{ event: Event; registration: RegistrationFacts | null }>;
  /** Makes one request, and never throws. */
  ask: (wish: Wish, signal: AbortSignal) => Promise<Answer>;
  /** Returns the server's time. */
  now: () => number;
  changed: () => void;
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Runs the state machine: it reads, makes requests, waits and counts down, and calls `changed` after each step. */
export class RegistrationFlow<Event extends EventFacts> {
  situation: Situation = LOADING;
  event: Event | null = null;
  /** The reason why the event and the registration could not be read. The situation is then `loading`. */
  failure: unknown = null;
  readonly #ports: Ports<Event>;
  readonly #stopped = new AbortController();
  #pause: AbortController | null = null;
  #looking = false;

  constructor(ports: Ports<Event>) {
    this.#ports = ports;
  }

  get #opensAt(): number | null {
    const opens = this.event?.registrationOpensAt;
    return opens === undefined || opens === null ? null : Date.parse(opens);
  }

  /** Reads the person's situation. With `wish`, makes the request at once if exactly that wish is offered. */
  async start(wish: Wish | null = null): Promise<void> {
    this.failure = null;
    this.#become(LOADING);
    await this.#look();
    if (wish !== null && this.situation.phase === 'ready' && this.situation.offer === wish) await this.press();
  }

  /** Reads again, unless a request is under way. A failed read does not change the situation. */
  async refresh(): Promise<void> {
    const { phase } = this.situation;
    if (phase !== 'asking' && phase !== 'pausing' && phase !== 'unverified') await this.#look();
  }

  /** Requests the offered seat or place, until the result is known. */
  async press(): Promise<void> {
    const before = this.situation;
    this.#become(pressed(before));
    if (this.situation === before || this.situation.phase !== 'asking') return;
    await this.#run(this.situation);
  }

  /** Opens registration at the opening time. */
  tick(): void {
    const next = opened(this.situation, this.#ports.now());
    if (next !== this.situation) this.#become(next);
  }

  /** Ends a pause early, because the connection has returned. */
  wake(): void {
    if (this.situation.phase === 'pausing' && this.situation.trouble === 'lost') this.#pause?.abort();
  }

  stop(): void {
    this.#stopped.abort();
    this.#pause?.abort();
  }

  async #run(first: Asking): Promise<void> {
    const { ask, now, random = Math.random } = this.#ports;
    let asking = first;
    for (;;) {
      const answer = await ask(asking.wish, this.#stopped.signal);
      if (this.#stopped.signal.aborted) return;
      const next = answered(asking, answer, { now: now(), opensAt: this.#opensAt, random });
      this.#become(next);
      if (next.phase !== 'pausing') break;
      await this.#wait(next);
      if (this.#stopped.signal.aborted) return;
      asking = resumed(next);
      this.#become(asking);
    }
    if (this.situation.phase === 'loading') await this.#look();
  }

  async #wait({ waitMs }: Pausing): Promise<void> {
    const { sleep = realSleep } = this.#ports;
    this.#pause = new AbortController();
    // `wake` aborts the pause to end it early, so an abort is not an error.
    await sleep(waitMs, this.#pause.signal).catch(() => {});
    this.#pause = null;
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const { event, registration } = await this.#ports.look(this.#stopped.signal);
      // A press in the meantime has a newer state than this read.
      const { phase } = this.situation;
      if (this.#stopped.signal.aborted || phase === 'asking' || phase === 'pausing') return;
      this.event = event;
      this.failure = null;
      const next = situationOf(event, registration, this.#ports.now());
      const { situation } = this;
      // The counts may be two seconds old, so the server's answer about the seats stays valid until the person presses.
      const known = situation.phase === 'ready' && situation.note !== null && next.phase === 'ready';
      this.#become(known ? situation : next);
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      if (this.situation.phase === 'loading') this.failure = error;
      this.#ports.changed();
    } finally {
      this.#looking = false;
    }
  }

  #become(situation: Situation): void {
    this.situation = situation;
    this.#ports.changed();
  }
}
