/** Database in which the device keeps tickets. It has ticket data only, and nothing of a session. */
export const DATABASE = 'em-connect-tickets';

/** Erases the kept tickets, because nobody is signed in. */
export function forgetTickets(): void {
  try {
    globalThis.indexedDB?.deleteDatabase(DATABASE);
  } catch {
    // Storage that the browser forbids holds nothing.
  }
}
