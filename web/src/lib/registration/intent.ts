// Somebody who fills in the form for account and seat has asked for the seat. This is kept in memory only: an address
// that registers people would let any site do it.
let event: string | null = null;

/** Notes that the person has asked for a seat at an event. */
export function intend(eventId: string): void {
  event = eventId;
}

/** Whether the person has asked for a seat at this event; the answer is given once. */
export function takeIntent(eventId: string): boolean {
  const intended = event === eventId;
  event = null;
  return intended;
}
