/** Longest time between two keys of a scanner that types, in milliseconds; people are slower. */
const GAP_MS = 60;
/** A shorter burst is no ticket. */
const SHORTEST = 8;
const LONGEST = 300;

export interface Stroke {
  /** The text of a scan that has ended with this key. */
  scan: string | null;
  /** Whether the key belongs to a burst, and must not press a button. */
  swallow: boolean;
}

/** Recognizes a scanner that acts as a keyboard: a burst of keys ended by Enter, with no field focused. */
export class Wedge {
  #text = '';
  #at = -Infinity;

  /** Takes a key: its value by `KeyboardEvent.key`, and its time in milliseconds. */
  press(key: string, at: number): Stroke {
    const burst = at - this.#at <= GAP_MS;
    // Shift and its like come between the characters.
    if (key.length > 1 && key !== 'Enter') return { scan: null, swallow: false };
    if (!burst) this.#text = '';
    this.#at = at;
    if (key === 'Enter') {
      const scan = this.#text.length >= SHORTEST ? this.#text : null;
      this.#text = '';
      return { scan, swallow: scan !== null };
    }
    this.#text = (this.#text + key).slice(-LONGEST);
    return { scan: null, swallow: this.#text.length > 1 };
  }
}
