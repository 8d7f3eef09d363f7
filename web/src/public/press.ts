import { clock } from '../lib/clock';
import { ask, look } from '../lib/registration/ask';
import { RegistrationFlow } from '../lib/registration/flow';
import type { Situation, Wish } from '../lib/registration/machine';
import { backoffMs, sleep } from '../lib/retry';
import { session } from '../lib/session';
import type { Event } from './source';

/** How often a session is asked for before the app's own page takes over. */
const SESSION_ATTEMPTS = 8;

/** The visitor's own part of an event's page: pressing the button, and what becomes of it. */
export class Press {
  #flow: RegistrationFlow<Event>;
  #begun = false;
  /** The press that is not over. */
  #running: Promise<boolean> | null = null;
  /** What is shown while it is not known who presses. */
  #unknown: Situation | null = null;
  pausedUntil = 0;

  constructor(
    private readonly eventId: string,
    private readonly changed: (situation: Situation) => void,
  ) {
    this.#flow = this.#newFlow();
    addEventListener('online', () => this.#flow.wake());
  }

  /** Situation after a press; `null` before the first one. */
  get situation(): Situation | null {
    return this.#unknown ?? (this.#begun ? this.#flow.situation : null);
  }

  /** Renews the session ahead, when a press seems near. Nobody is asked who only looks. */
  warm(): void {
    void session.start();
  }

  /** Gives the flow an event that was read anew, so that it knows the moment of opening. */
  know(event: Event): void {
    this.#flow.event = event;
  }

  /**
   * Asks for a seat or a place; returns whether somebody is signed in who can do that.
   * A press while another one is running is the same press.
   */
  press(wish: Wish): Promise<boolean> {
    this.#running ??= this.#press(wish).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #press(wish: Wish): Promise<boolean> {
    await this.#restore(wish);
    if (session.state !== 'signed-in') return false;
    if (!this.#begun) {
      session.accountSignal.addEventListener('abort', () => this.#startAnew(), { once: true });
      this.#begun = true;
    }
    const flow = this.#flow;
    const again = flow.situation.phase;
    if (again !== 'unanswered' && again !== 'refused') flow.situation = { phase: 'ready', offer: wish, note: null };
    await flow.press();
    // A flow that was stopped leaves it to the person who is signed in now.
    return flow === this.#flow ? this.#flow.situation.phase !== 'signed-out' : session.user !== null;
  }

  /** Reads again what has become of a seat or a place. */
  refresh(): void {
    if (this.#begun) void this.#flow.refresh();
  }

  #newFlow(): RegistrationFlow<Event> {
    const flow: RegistrationFlow<Event> = new RegistrationFlow<Event>({
      look: (signal) => look(this.eventId, signal),
      ask: (wish, signal) => ask(this.eventId, wish, signal),
      now: () => clock.now(),
      changed: () => {
        if (flow === this.#flow) this.#changed();
      },
    });
    return flow;
  }

  /** Ends the flow of the former account, whose press must not become a seat of another one. */
  #startAnew(): void {
    const former = this.#flow;
    this.#flow = this.#newFlow();
    this.#flow.event = former.event;
    this.#begun = false;
    former.stop();
    this.changed(this.#flow.situation);
  }

  /** Finds out who presses. In a rush the server may be too busy to tell at once. */
  async #restore(wish: Wish): Promise<void> {
    await session.start();
    for (let attempt = 1; session.state === 'unreachable' && attempt <= SESSION_ATTEMPTS; attempt += 1) {
      const waitMs = Math.round(300 + backoffMs(attempt, 400, 8_000));
      this.#show({ phase: 'pausing', wish, attempt, trouble: 'lost', waitMs });
      await sleep(waitMs);
      await session.refresh().catch(() => {});
    }
    this.#unknown = null;
  }

  #show(situation: Situation): void {
    this.#unknown = situation;
    if (situation.phase === 'pausing') this.pausedUntil = Date.now() + situation.waitMs;
    this.changed(situation);
  }

  #changed(): void {
    const { situation } = this.#flow;
    if (situation.phase === 'pausing') this.pausedUntil = Date.now() + situation.waitMs;
    if (this.#begun) this.changed(situation);
  }
}
