import type { components } from '../api/schema';
import type { MessageKey } from '../i18n/index.svelte';
import { MAIL_STATE } from './names';

type Schemas = components['schemas'];
type History = Schemas['RegistrationHistory'];

/** A line of a person's history. */
export interface Happening {
  /** The time of the line, RFC 3339. */
  at: string;
  /** What happened. */
  text: MessageKey;
  params?: Record<string, string>;
  /** Code of the ticket that the line is about. */
  code?: string;
  /** What became of the mail that the line is about. */
  mail?: MessageKey;
}

const MAILS: Record<Schemas['RegistrantMailKind'], MessageKey> = {
  ticket: 'organizer.mailKindTicket',
  waitlisted: 'organizer.mailKindWaitlisted',
  cancelled: 'organizer.mailKindCancelled',
  updated: 'organizer.mailKindUpdated',
  'event-cancelled': 'organizer.mailKindEventCancelled',
  announcement: 'organizer.mailKindAnnouncement',
  'reminder-day': 'organizer.mailKindReminder',
  'reminder-hour': 'organizer.mailKindReminder',
};

/** Returns what happened between a person and an event, the newest first. */
export function happenings(history: History, unnamedGate: string): Happening[] {
  const lines: Happening[] = [];
  if (history.status === 'waitlisted') {
    lines.push({ at: history.registeredAt, text: 'organizer.historyWaitlisted' });
  } else {
    lines.push({ at: history.registeredAt, text: history.promoted ? 'organizer.historyPromoted' : 'organizer.historyRegistered' });
  }
  if (history.cancelledAt !== null) {
    const own = history.cancelledBy === 'registrant';
    lines.push({ at: history.cancelledAt, text: own ? 'organizer.historyGaveUp' : 'organizer.historyRemoved' });
  }
  for (const { code, issuedAt, ended, scans } of history.tickets) {
    lines.push({ at: issuedAt, text: 'organizer.historyTicket', code });
    if (ended !== undefined) lines.push({ at: ended.at, text: 'organizer.historyTicketEnded', code });
    for (const { scannedAt, gate } of scans) {
      lines.push({ at: scannedAt, text: 'organizer.historyCameIn', params: { gate: gate ?? unnamedGate }, code });
    }
  }
  for (const { kind, state, at } of history.mails) {
    lines.push({ at, text: MAILS[kind], mail: state === null ? 'organizer.mailOnItsWay' : MAIL_STATE[state] });
  }
  // A sort keeps the order of lines with the same time, so what was added later comes first, as it happened later.
  return lines.reverse().sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
