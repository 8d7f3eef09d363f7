import type { Schemas } from '../api/client';

/** The fields of a ticket that the page shows and the device keeps. */
export type TicketFacts = Pick<Schemas['Ticket'], 'code' | 'holderName' | 'status' | 'admittedAt' | 'qr'>;

/** A registration with its ticket, in the form that the page shows and the device keeps. */
export interface Entry {
  event: Schemas['RegistrationEvent'];
  status: Schemas['RegistrationStatus'];
  /** Place on the waitlist; `null` if the person is not on the waitlist, or if the place is not known yet. */
  position: number | null;
  /** The ticket; `null` if there is none yet, or if it is no longer valid. */
  ticket: TicketFacts | null;
  /** Why the organizer took the registration away; `null` without a reason. Entries that a former version kept lack it. */
  cancelReason?: string | null | undefined;
}

/** Joins registrations with their tickets. */
export function entriesOf(registrations: readonly Schemas['Registration'][], tickets: readonly Schemas['Ticket'][]): Entry[] {
  const byCode = new Map(tickets.map((ticket) => [ticket.code, ticket]));
  return registrations.map(({ event, status, waitlistPosition, ticketCode, cancelReason }) => {
    const ticket = ticketCode === null ? undefined : byCode.get(ticketCode);
    const facts: TicketFacts | null =
      ticket === undefined || ticket.status === 'void'
        ? null
        : {
            code: ticket.code,
            holderName: ticket.holderName,
            status: ticket.status,
            admittedAt: ticket.admittedAt,
            qr: ticket.qr,
          };
    return { event, status, position: waitlistPosition, ticket: facts, cancelReason };
  });
}

/**
 * Returns whether an entry is still relevant: the person has a seat or waits, and the event is neither over nor
 * cancelled.
 */
export function isUpcoming({ event, status }: Entry, now: number): boolean {
  return status !== 'cancelled' && event.status === 'published' && Date.parse(event.endsAt) > now;
}

/** Divides entries into upcoming ones, with the next first, and the others, with the latest first. */
export function divide(entries: readonly Entry[], now: number): { upcoming: Entry[]; past: Entry[] } {
  const byStart = [...entries].sort((a, b) => a.event.startsAt.localeCompare(b.event.startsAt));
  return {
    upcoming: byStart.filter((entry) => isUpcoming(entry, now)),
    past: byStart.filter((entry) => !isUpcoming(entry, now)).reverse(),
  };
}
