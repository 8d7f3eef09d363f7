import type { Schemas } from '../api/client';

/** A ticket, as far as it is shown and kept. */
export type TicketFacts = Pick<Schemas['Ticket'], 'code' | 'holderName' | 'status' | 'admittedAt' | 'qr'>;

/** A registration with its ticket, as the page shows it and the device keeps it. */
export interface Entry {
  event: Schemas['RegistrationEvent'];
  status: Schemas['RegistrationStatus'];
  /** Place on the waitlist; `null` if the person does not wait, or it is not counted yet. */
  position: number | null;
  /** `null` while there is none, and for a ticket that is no longer valid. */
  ticket: TicketFacts | null;
}

/** Joins registrations with their tickets. */
export function entriesOf(registrations: readonly Schemas['Registration'][], tickets: readonly Schemas['Ticket'][]): Entry[] {
  const byCode = new Map(tickets.map((ticket) => [ticket.code, ticket]));
  return registrations.map(({ event, status, waitlistPosition, ticketCode }) => {
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
    return { event, status, position: waitlistPosition, ticket: facts };
  });
}

/** Whether an entry still matters: the person has a seat or waits, and the event is neither over nor cancelled. */
export function isUpcoming({ event, status }: Entry, now: number): boolean {
  return status !== 'cancelled' && event.status === 'published' && Date.parse(event.endsAt) > now;
}

/** Upcoming entries, the next first, and the others, the latest first. */
export function divide(entries: readonly Entry[], now: number): { upcoming: Entry[]; past: Entry[] } {
  const byStart = [...entries].sort((a, b) => a.event.startsAt.localeCompare(b.event.startsAt));
  return {
    upcoming: byStart.filter((entry) => isUpcoming(entry, now)),
    past: byStart.filter((entry) => !isUpcoming(entry, now)).reverse(),
  };
}
