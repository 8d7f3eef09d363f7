// A person who fills in the form for account and seat has requested the seat. This module keeps the request in memory
// only. If the request were in an address, a link on any site could register people.
let event: string | null = null;

/** Stores that the person has requested a seat at an event. */
export function intend(eventId: string): void {
  event = eventId;
}

/** Returns whether the person has requested a seat at this event, and forgets the request. */
export function takeIntent(eventId: string): boolean {
  const intended = event === eventId;
  event = null;
  return intended;
}
