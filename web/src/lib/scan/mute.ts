const MUTE_MS = 3_000;

/** Prevents a code that stays in front of the camera from being judged repeatedly. */
export class Mute {
  /** The time at which each text was last seen. */
  readonly #seen = new Map<string, number>();

  /** Returns whether a text should be judged, because it was not seen for three seconds. */
  admits(text: string, now: number): boolean {
    // A time in the future was stored before the clock was set back.
    for (const [other, at] of this.#seen) if (now - at >= MUTE_MS || now < at) this.#seen.delete(other);
    const repeated = this.#seen.has(text);
    this.#seen.set(text, now);
    return !repeated;
  }

  /** Forgets all texts, so that each of them is judged when it is shown again. */
  clear(): void {
    this.#seen.clear();
  }
}
