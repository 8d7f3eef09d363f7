import type { components } from '../api/schema';
import type { MessageKey } from '../i18n/index.svelte';
import type { FieldName } from './draft';

type Schemas = components['schemas'];
type Tone = 'ok' | 'warn' | 'stop' | 'info' | 'live' | 'plain';

/** Names of the form's fields. */
export const FIELD_NAMES: Record<FieldName, MessageKey> = {
  title: 'organizer.fieldTitle',
  description: 'organizer.fieldDescription',
  venue: 'organizer.fieldVenue',
  timezone: 'organizer.fieldTimezone',
  startsAt: 'organizer.fieldStartsAt',
  endsAt: 'organizer.fieldEndsAt',
  doorsOpenAt: 'organizer.fieldDoorsOpenAt',
  capacity: 'organizer.fieldCapacity',
  registrationOpensAt: 'organizer.fieldRegistrationOpensAt',
  registrationClosesAt: 'organizer.fieldRegistrationClosesAt',
  category: 'organizer.fieldCategory',
  tags: 'organizer.fieldTags',
};

export const EVENT_STATUS: Record<Schemas['EventStatus'], { key: MessageKey; tone: Tone }> = {
  draft: { key: 'common.eventDraft', tone: 'plain' },
  published: { key: 'common.eventPublished', tone: 'ok' },
  cancelled: { key: 'common.eventCancelled', tone: 'stop' },
  completed: { key: 'common.eventCompleted', tone: 'info' },
};

export const REGISTRATION_STATUS: Record<Schemas['RegistrationStatus'], { key: MessageKey; tone: Tone }> = {
  confirmed: { key: 'common.statusConfirmed', tone: 'ok' },
  waitlisted: { key: 'common.statusWaitlisted', tone: 'warn' },
  cancelled: { key: 'common.statusCancelled', tone: 'stop' },
};

export const MAIL_STATE: Record<Schemas['MailState'], MessageKey> = {
  sent: 'organizer.mailSent',
  delivered: 'organizer.mailDelivered',
  bounced: 'organizer.mailBounced',
  complained: 'organizer.mailComplained',
  failed: 'organizer.mailFailed',
  suppressed: 'organizer.mailSuppressed',
};

export const SCAN_RESULT: Record<Schemas['ScanResult'], { key: MessageKey; tone: Tone }> = {
  admitted: { key: 'organizer.scanAdmitted', tone: 'ok' },
  'already-admitted': { key: 'organizer.scanAlready', tone: 'warn' },
  void: { key: 'organizer.scanVoid', tone: 'stop' },
  'wrong-event': { key: 'organizer.scanWrongEvent', tone: 'stop' },
  invalid: { key: 'organizer.scanInvalid', tone: 'stop' },
  undone: { key: 'organizer.scanUndone', tone: 'info' },
};

export const SCAN_REASON: Record<Schemas['Reason'], MessageKey> = {
  unknown: 'organizer.reasonUnknown',
  forged: 'organizer.reasonForged',
  'expired-key': 'organizer.reasonExpiredKey',
  'too-early': 'organizer.reasonTooEarly',
  over: 'organizer.reasonOver',
  'clock-off': 'organizer.reasonClockOff',
  undone: 'organizer.reasonUndone',
  ended: 'organizer.reasonEnded',
};
