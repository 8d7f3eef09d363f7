import type { NamedGuest } from './model';

/** Largest number of guests that a search shows. */
const MOST = 30;

/** Letters that Unicode does not decompose into a letter and an accent. */
const LETTERS: Record<string, string> = { ß: 'ss', ł: 'l', ø: 'o', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i', ς: 'σ' };
/** The spelling that people use if their keyboard lacks the letter. */
const SPELLED_OUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

/**
 * Returns a text without case and accents. `Müller`, `MULLER` and `muller` become equal, as in the server's search for
 * people (`fold` in `shared/domain`).
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g, '')
    .replace(/['"`´ʼʻ‘’“”‚„]/g, '')
    .replace(/\p{Pd}/gu, '-')
    .replace(/[ßłøđðþæœıς]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Folds a text in which letters with two dots, a ring or a stroke are spelled with two letters: `mueller`. */
function foldSpelledOut(text: string): string {
  return fold(text.normalize('NFC').toLowerCase().replace(/[äöüåø]/g, (letter) => SPELLED_OUT[letter] ?? letter));
}

/** Whether a word of `text` begins with `part`. A word begins after each character that is no letter and no digit. */
function beginsAWord(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}\p{M}]/u.test(text.charAt(at - 1))) return true;
  }
  return false;
}

/** The guests of an event, prepared for a search by name. */
export class NameIndex {
  readonly #rows: { guest: NamedGuest; folded: string; spelledOut: string }[];

  constructor(guests: readonly NamedGuest[]) {
    this.#rows = guests
      .map((guest) => ({ guest, folded: fold(guest[1]), spelledOut: foldSpelledOut(guest[1]) }))
      .sort((a, b) => (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : 0));
  }

  get size(): number {
    return this.#rows.length;
  }

  /**
   * Returns the guests for whom each typed word begins a word of the name, sorted by name, and whether there are more than
   * fit on the screen.
   */
  find(typed: string): { guests: NamedGuest[]; more: boolean } {
    const words = typed
      .split(/\s+/)
      .map((word) => [fold(word), foldSpelledOut(word)] as const)
      .filter(([folded]) => folded !== '');
    if (words.length === 0) return { guests: [], more: false };
    const guests: NamedGuest[] = [];
    for (const { guest, folded, spelledOut } of this.#rows) {
      const has = (word: string) => beginsAWord(folded, word) || (spelledOut !== folded && beginsAWord(spelledOut, word));
      if (!words.every(([word, other]) => has(word) || has(other))) continue;
      if (guests.length === MOST) return { guests, more: true };
      guests.push(guest);
    }
    return { guests, more: false };
  }
}
