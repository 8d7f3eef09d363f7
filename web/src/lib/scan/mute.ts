const MUTE_MS = 3_000;

/** Keeps a code that stays before the camera from being judged again and again. */
export class Mute {
  #text: string | null = null;
  #seenAt = -Infinity;

  /** Whether a text is to be judged: it is another one, or was not seen for three seconds. */
  admits(text: string, now: number): boolean {
    const repeated = text === this.#text && now - this.#seenAt < MUTE_MS && now >= this.#seenAt;
    this.#text = text;
    this.#seenAt = now;
    return !repeated;
  }

  /** Forgets the last text, so that it is judged when it is shown again. */
  clear(): void {
    this.#text = null;
  }
}
