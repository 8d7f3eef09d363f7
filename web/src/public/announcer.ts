/** Least time between two readings of live numbers. */
export const QUIET_MS = 10_000;

/**
 * Reads texts out to those who listen to the page. Numbers that change each second would leave no silence, so of them
 * the latest is read, at most every ten seconds; what follows a press or the clock is read at once.
 */
export class Announcer {
  #last = -Infinity;
  #next: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly read: (text: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Reads the latest of the texts that come within ten seconds. */
  number(text: string): void {
    this.#next = text;
    if (this.#timer !== undefined) return;
    const wait = this.#last + QUIET_MS - this.now();
    if (wait <= 0) this.#flush();
    else this.#timer = setTimeout(() => this.#flush(), wait);
  }

  /** Reads a text now. */
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
