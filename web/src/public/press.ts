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
  readonly #flow: RegistrationFlow<Event>;
  #begun = false;
  /** What is shown while it is not known who presses. */
  #unknown: Situation | null = null;
  pausedUntil = 0;

  constructor(
    eventId: string,
    private readonly changed: (situation: Situation) => void,
  ) {
    this.#flow = new RegistrationFlow<Event>({
      look: (signal) => look(eventId, signal),
      ask: (wish, signal) => ask(eventId, wish, signal),
      now: () => clock.now(),
      changed: () => this.#changed(),
    });
    addEventListener('online', () => this.#flow.wake());
  }

  /** Situation after a press; `null` before the first one. */
  get situation(): Situation | null {
    return this.#unknown ?? (this.#begun ? this.#flow.situation : null);
  }

  /** Whether an answer is awaited. */
  get busy(): boolean {
    const phase = this.situation?.phase;
    return phase === 'asking' || phase === 'pausing';
  }

  /** Renews the session ahead, when a press seems near. Nobody is asked who only looks. */
  warm(): void {
    void session.start();
  }

  /** Gives the flow an event that was read anew, so that it knows the moment of opening. */
  know(event: Event): void {
    this.#flow.event = event;
  }

  /** Asks for a seat or a place; returns whether somebody is signed in who can do that. */
  async press(wish: Wish): Promise<boolean> {
    if (this.busy) return true;
    await this.#restore(wish);
    if (session.state !== 'signed-in') return false;
    const again = this.situation?.phase;
    if (again !== 'unanswered' && again !== 'refused') this.#flow.situation = { phase: 'ready', offer: wish, note: null };
    this.#begun = true;
    await this.#flow.press();
    return this.#flow.situation.phase !== 'signed-out';
  }

  /** Reads again what has become of a seat or a place. */
  refresh(): void {
    if (this.#begun) void this.#flow.refresh();
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
