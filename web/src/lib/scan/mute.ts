const MUTE_MS = 3_000;

/** Keeps codes that stay before the camera from being judged again and again. */
export class Mute {
  /** Texts with the times at which they were last seen. */
  readonly #seen = new Map<string, number>();

  /** Whether a text is to be judged: it was not seen for three seconds. */
  admits(text: string, now: number): boolean {
    // A time in the future is from before the clock was set back.
    for (const [other, at] of this.#seen) if (now - at >= MUTE_MS || now < at) this.#seen.delete(other);
    const repeated = this.#seen.has(text);
    this.#seen.set(text, now);
    return !repeated;
  }

  /** Forgets all texts, so that they are judged when they are shown again. */
  clear(): void {
    this.#seen.clear();
  }
}
