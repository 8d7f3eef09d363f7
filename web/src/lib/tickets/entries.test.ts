import { describe, expect, it } from 'vitest';
import type { Schemas } from '../api/client';
import { divide, entriesOf } from './entries';

const registration = (id: string, rest: Partial<Schemas['Registration']> = {}, event: Partial<Schemas['RegistrationEvent']> = {}): Schemas['Registration'] => ({
  event: {
    id,
    title: id,
    venue: 'Town hall',
    startsAt: '2029-05-01T18:00:00.000Z',
    endsAt: '2029-05-01T20:00:00.000Z',
    timezone: 'Europe/Berlin',
    status: 'published',
    ...event,
  },
  userId: 'usr_1',
  status: 'confirmed',
  registeredAt: '2029-01-01T00:00:00.000Z',
  cancelledAt: null,
  waitlistPosition: null,
  ticketCode: null,
  ...rest,
});
const ticket = (code: string, status: Schemas['TicketStatus'] = 'issued'): Schemas['Ticket'] => ({
  code,
  eventId: 'a',
  userId: 'usr_1',
  holderName: 'Ada',
  status,
  issuedAt: '2029-01-01T00:00:00.000Z',
  admittedAt: null,
  qr: 'QR',
});
const now = Date.parse('2029-05-01T19:00:00.000Z');

describe('entriesOf', () => {
  it('gives each registration its ticket', () => {
    const [a, b] = entriesOf([registration('a', { ticketCode: 'X' }), registration('b')], [ticket('Y'), ticket('X')]);
    expect(a?.ticket).toEqual({ code: 'X', holderName: 'Ada', status: 'issued', admittedAt: null, qr: 'QR' });
    expect(b?.ticket).toBeNull();
  });

  it('keeps the reason of a removal', () => {
    const [entry] = entriesOf([registration('a', { status: 'cancelled', cancelReason: 'Twice.' })], []);
    expect(entry?.cancelReason).toBe('Twice.');
  });

  it('drops a void ticket', () => {
    expect(entriesOf([registration('a', { ticketCode: 'X', status: 'cancelled' })], [ticket('X', 'void')])[0]?.ticket).toBeNull();
  });
});

describe('divide', () => {
  it('lists the next upcoming entry first, and the latest past entry first', () => {
    const entries = entriesOf(
      [
        registration('later', {}, { startsAt: '2029-06-01T18:00:00.000Z', endsAt: '2029-06-01T20:00:00.000Z' }),
        registration('running'),
        registration('over', {}, { startsAt: '2029-04-01T18:00:00.000Z', endsAt: '2029-05-01T19:00:00.000Z' }),
        registration('older', {}, { startsAt: '2028-04-01T18:00:00.000Z', endsAt: '2028-05-01T19:00:00.000Z' }),
        registration('given-up', { status: 'cancelled' }),
        registration('called-off', {}, { status: 'cancelled' }),
        registration('waiting', { status: 'waitlisted', waitlistPosition: 3 }, { startsAt: '2029-05-02T18:00:00.000Z', endsAt: '2029-05-02T20:00:00.000Z' }),
      ],
      [],
    );
    const { upcoming, past } = divide(entries, now);
    expect(upcoming.map(({ event }) => event.id)).toEqual(['running', 'waiting', 'later']);
    expect(past.map(({ event }) => event.id)).toEqual(['called-off', 'given-up', 'over', 'older']);
  });
});
