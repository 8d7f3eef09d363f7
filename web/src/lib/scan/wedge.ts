/** Longest mean time between the keys of a scanner that types, in milliseconds; people are slower. */
const MEAN_MS = 60;
/** A longer pause ends a burst. One gap may be long, when the device is busy: a lost character would make a wrong ticket. */
const PAUSE_MS = 300;
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
  #from = -Infinity;
  #at = -Infinity;

  /** Takes a key: its value by `KeyboardEvent.key`, and its time in milliseconds. */
  press(key: string, at: number): Stroke {
    // Shift and its like come between the characters.
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
