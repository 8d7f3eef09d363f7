import { clock } from '../lib/clock';
import { ask, look } from '../lib/registration/ask';
import { RegistrationFlow } from '../lib/registration/flow';
import type { Situation, Wish } from '../lib/registration/machine';
import { backoffMs, sleep } from '../lib/retry';
import { session } from '../lib/session';
import type { Event } from './source';

/** Maximum number of attempts to restore the session. After that, the app's own page takes over. */
const SESSION_ATTEMPTS = 8;

/** The visitor's own part of an event's page: the press of the button, and its result. */
export class Press {
  #flow: RegistrationFlow<Event>;
  #begun = false;
  /** The running press; `null` if there is none. */
  #running: Promise<boolean> | null = null;
  /** The situation to show while the script restores the session; `null` afterwards. */
  #unknown: Situation | null = null;
  pausedUntil = 0;

  constructor(
    private readonly eventId: string,
    private readonly changed: (situation: Situation) => void,
  ) {
    this.#flow = this.#newFlow();
    addEventListener('online', () => this.#flow.wake());
  }

  /** The situation after a press; `null` before the first press. */
  get situation(): Situation | null {
    return this.#unknown ?? (this.#begun ? this.#flow.situation : null);
  }

  /** Restores the session early, if a press seems likely. A visitor who only reads the page causes no request. */
  warm(): void {
    void session.start();
  }

  /** Gives the flow a newer version of the event, so that the flow has the present opening time. */
  know(event: Event): void {
    this.#flow.event = event;
  }

  /**
   * Requests a seat or a place on the waitlist. Returns whether a person is signed in who can do that.
   * A press while another one is running joins the running press.
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
    // If the flow was stopped, the person who is signed in now must press again.
    return flow === this.#flow ? this.#flow.situation.phase !== 'signed-out' : session.user !== null;
  }

  /** Reads the registration again. */
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

  /** Ends the flow of the former account, because its press must not register the other account. */
  #startAnew(): void {
    const former = this.#flow;
    this.#flow = this.#newFlow();
    this.#flow.event = former.event;
    this.#begun = false;
    former.stop();
    this.changed(this.#flow.situation);
  }

  /**
   * Restores the session. During a rush, the server may be too busy to answer at once, so failed attempts are repeated.
   */
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
