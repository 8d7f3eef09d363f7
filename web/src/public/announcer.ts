/** Shortest time between two announcements of live numbers, in milliseconds. */
export const QUIET_MS = 10_000;

/**
 * Announces texts to people who use a screen reader. Numbers may change each second, so only the latest number is
 * announced, at most every ten seconds. The result of a press, or of the clock, is announced at once.
 */
export class Announcer {
  #last = -Infinity;
  #next: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly read: (text: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Announces a number. If several numbers arrive within ten seconds, only the latest one is announced. */
  number(text: string): void {
    this.#next = text;
    if (this.#timer !== undefined) return;
    const wait = this.#last + QUIET_MS - this.now();
    if (wait <= 0) this.#flush();
    else this.#timer = setTimeout(() => this.#flush(), wait);
  }

  /** Announces a text at once. */
  event(text: string): void {
    this.read(text);
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#next === null) return;
    this.#last = this.now();
    this.read(this.#next);
    this.#next = null;
  }
}
