/**
 * Longest mean time between the keys of a scanner that acts as a keyboard, in milliseconds. People type more slowly.
 */
const MEAN_MS = 60;
/**
 * Longest pause within a burst, in milliseconds. A busy device may cause one long gap, and a lost character would make
 * a wrong ticket.
 */
const PAUSE_MS = 300;
/** Smallest number of characters of a burst. A shorter text is not a ticket. */
const SHORTEST = 8;
const LONGEST = 300;

export interface Stroke {
  /** The text of the scan that this key ends; `null` if it ends none. */
  scan: string | null;
  /** Whether the key belongs to a burst, and so must not press a button. */
  swallow: boolean;
}

/** Recognizes a scanner that acts as a keyboard: a burst of keys ended by Enter, with no field focused. */
export class Wedge {
  #text = '';
  #from = -Infinity;
  #at = -Infinity;

  /** Processes a key: its value by `KeyboardEvent.key`, and its time in milliseconds. */
  press(key: string, at: number): Stroke {
    // Shift and similar keys come between the characters.
    if (key.length > 1 && key !== 'Enter') return { scan: null, swallow: false };
    const gap = at - this.#at;
    if (gap > PAUSE_MS || this.#text.length > LONGEST) {
      this.#text = '';
      this.#from = at;
    }
    this.#at = at;
    if (key === 'Enter') {
      const { length } = this.#text;
      const scan = length >= SHORTEST && at - this.#from <= MEAN_MS * length ? this.#text : null;
      this.#text = '';
      return { scan, swallow: scan !== null };
    }
    if (this.#text === '') this.#from = at;
    this.#text += key;
    return { scan: null, swallow: this.#text.length > 1 && gap <= MEAN_MS };
  }
}
