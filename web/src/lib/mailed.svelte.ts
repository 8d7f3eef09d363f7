import { hasCode, readCode, type MailedCode } from './mailed';

/**
 * The codes from links of mails and invitations, by the paths of their pages. A code is only in memory: it survives signing in, and no
 * storage or history contains it.
 */
class Mailed {
  #codes = $state.raw<Record<string, MailedCode>>({});

  /** Moves a code from the address bar to memory. `replace` sets the address of the present entry of the history. */
  take(location: Location, replace: (address: string) => void): void {
    if (!hasCode(location.hash)) return;
    const code = readCode(location.hash);
    if (code !== null) this.#codes = { ...this.#codes, [location.pathname]: code };
    replace(location.pathname + location.search);
  }

  /** Returns the code for the page at `path`, or `null` if no link brought one. */
  of(path: string): MailedCode | null {
    return this.#codes[path] ?? null;
  }

  /** Forgets the code for the page at `path`, after it was used. */
  forget(path: string): void {
    this.#codes = Object.fromEntries(Object.entries(this.#codes).filter(([of]) => of !== path));
  }
}

export const mailed = new Mailed();
