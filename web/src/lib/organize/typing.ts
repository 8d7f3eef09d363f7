/** Time after the last key until a typed search begins, in milliseconds. */
const PAUSE_MS = 300;

/** Reports a typed text when the person pauses. The same text is reported once. */
export class TypingPause {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private last: string,
    private readonly report: (text: string) => void,
  ) {}

  /** Takes the text after a key was pressed. */
  typed(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(text), PAUSE_MS);
  }

  /** Reports the text without a pause, for example after Enter. */
  now(text: string): void {
    clearTimeout(this.#timer);
    const searched = searchedText(text);
    if (searched === this.last) return;
    this.last = searched;
    this.report(searched);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * Returns the text that the server is asked for: without spaces at the ends, and empty if it has nothing that can be
 * searched for. The server refuses a text that has only quotation marks or invisible characters.
 */
export function searchedText(typed: string): string {
  const text = typed.trim().replace(/\s+/g, ' ');
  return /[\p{L}\p{N}\p{S}@._+-]/u.test(text) ? [...text].slice(0, 100).join('').trim() : '';
}
