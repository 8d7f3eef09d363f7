/** Name of the database in which the device keeps tickets. The database contains no data of a session. */
export const DATABASE = 'em-connect-tickets';

/** Erases the kept tickets, because nobody is signed in any more. */
export function forgetTickets(): void {
  try {
    globalThis.indexedDB?.deleteDatabase(DATABASE);
  } catch {
    // If the browser forbids storage, there are no kept tickets.
  }
}
