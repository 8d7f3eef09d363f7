import { describe, expect, it } from 'vitest';
import type { components } from '../api/schema';
import { happenings } from './history';

type History = components['schemas']['RegistrationHistory'];

const base = {
  event: { id: 'evt_1', title: 'T', venue: 'V', startsAt: '', endsAt: '', timezone: 'UTC', status: 'published' },
  userId: 'usr_1',
  name: 'Grace',
  email: 'grace@example.org',
  status: 'confirmed',
  registeredAt: '2027-05-01T10:00:00Z',
  cancelledAt: null,
  waitlistPosition: null,
  ticketCode: null,
  ticketMail: null,
  admittedAt: null,
  promoted: false,
  muted: false,
  tickets: [],
  mails: [],
} satisfies History as History;

describe('happenings', () => {
  it('lists the newest first, whatever the form of the times', () => {
    const lines = happenings(
      {
        ...base,
        tickets: [
          {
            code: 'ABCD-EFGH-JKMN',
            status: 'admitted',
            issuedAt: '2027-05-01T10:00:00.5Z',
            scans: [{ scanId: 's1', scannedAt: '2027-05-02T18:00:00Z', gate: null, deviceId: null }],
          },
        ],
        mails: [
          { kind: 'ticket', state: 'delivered', at: '2027-05-01T10:00:02Z' },
          { kind: 'reminder-hour', state: null, at: '2027-05-02T17:00:00Z' },
        ],
      },
      'no name',
    );
    expect(lines.map(({ text, params, code, mail }) => [text, params?.['gate'] ?? code ?? mail])).toEqual([
      ['organizer.historyCameIn', 'no name'],
      ['organizer.mailKindReminder', 'organizer.mailOnItsWay'],
      ['organizer.mailKindTicket', 'organizer.mailDelivered'],
      ['organizer.historyTicket', 'ABCD-EFGH-JKMN'],
      ['organizer.historyRegistered', undefined],
    ]);
  });

  it.each([
    [{ status: 'waitlisted' }, ['organizer.historyWaitlisted']],
    [{ promoted: true }, ['organizer.historyPromoted']],
    [{ status: 'cancelled', cancelledAt: '2027-05-01T11:00:00Z', cancelledBy: 'registrant' }, ['organizer.historyGaveUp', 'organizer.historyRegistered']],
    [{ status: 'cancelled', cancelledAt: '2027-05-01T11:00:00Z', cancelledBy: 'somebody-else' }, ['organizer.historyRemoved', 'organizer.historyRegistered']],
  ] as const)('says how %o came about', (state, texts) => {
    expect(happenings({ ...base, ...state } as History, '').map((line) => line.text)).toEqual(texts);
  });

  it('puts the ticket after the registration of the same moment', () => {
    const ticket = { code: 'A', status: 'void', issuedAt: base.registeredAt, ended: { at: base.registeredAt, cause: 'registration-cancelled' }, scans: [] } as const;
    const texts = happenings({ ...base, tickets: [{ ...ticket, scans: [] }] }, '').map((line) => line.text);
    expect(texts).toEqual(['organizer.historyTicketEnded', 'organizer.historyTicket', 'organizer.historyRegistered']);
  });
});
