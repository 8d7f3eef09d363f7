import { duration } from '../format';
import { t, type MessageKey } from '../i18n/index.svelte';
import { fieldsOf, toProblem, type FieldCode, type FieldProblem, type LocalKind, type Problem, type ProblemKind } from './problem';

/** The message of each kind. If the contract adds a kind, the program does not compile until the kind has a message. */
const MESSAGES: Record<ProblemKind | LocalKind | 'foreign-origin', MessageKey> = {
  'already-admitted': 'common.problemAlreadyAdmitted',
  busy: 'common.problemBusy',
  'capacity-below-registered': 'common.problemCapacityBelowRegistered',
  'email-not-verified': 'common.problemEmailNotVerified',
  'email-taken': 'common.problemEmailTaken',
  'event-started': 'common.problemEventStarted',
  forbidden: 'common.problemForbidden',
  'foreign-origin': 'common.problemForeignOrigin',
  'has-published-events': 'common.problemHasPublishedEvents',
  internal: 'common.problemInternal',
  invalid: 'common.problemInvalid',
  'invalid-code': 'common.problemInvalidCode',
  'invalid-credentials': 'common.problemInvalidCredentials',
  'invalid-cursor': 'common.problemInvalidCursor',
  'invalid-token': 'common.problemInvalidToken',
  'invalid-transition': 'common.problemInvalidTransition',
  'last-admin': 'common.problemLastAdmin',
  'malformed-json': 'common.problemMalformedJson',
  'method-not-allowed': 'common.problemMethodNotAllowed',
  'not-editable': 'common.problemNotEditable',
  'not-found': 'common.problemNotFound',
  'not-published': 'common.problemNotPublished',
  'not-redrivable': 'common.problemNotRedrivable',
  'payload-too-large': 'common.problemPayloadTooLarge',
  'precondition-failed': 'common.problemPreconditionFailed',
  'precondition-required': 'common.problemPreconditionRequired',
  'registration-closed': 'common.problemRegistrationClosed',
  'seats-available': 'common.problemSeatsAvailable',
  'sold-out': 'common.problemSoldOut',
  'ticket-void': 'common.problemTicketVoid',
  'token-reused': 'common.problemTokenReused',
  'too-many-requests': 'common.problemTooManyRequests',
  unauthorized: 'common.problemUnauthorized',
  unavailable: 'common.problemUnavailable',
  unknown: 'common.problemUnknown',
  unreachable: 'common.problemUnreachable',
  'unsupported-media-type': 'common.problemUnsupportedMediaType',
};

/**
 * Returns the text about a failed call that a person reads. For a kind from a newer server, it is the server's own
 * detail.
 */
export function problemText(error: unknown): string {
  const problem = toProblem(error);
  const key: MessageKey | undefined = MESSAGES[problem.kind];
  if (key === undefined) return problem.detail || t('common.problemUnknown');
  const text = t(key);
  return problem.retryAfterMs === null || problem.retryAfterMs < 3_000
    ? text
    : `${text} ${t('common.problemWait', { time: duration(problem.retryAfterMs) })}`;
}

/** The texts of the codes for refused fields. `min` and `max` are the limits that the server names. */
const FIELD_TEXTS: Record<FieldCode, (limits: { min: number; max: number }) => string> = {
  // Where a file is chosen, there is a better text (`organize/picture.ts`).
  animation: () => t('common.fieldInvalid'),
  'closes-after-end': () => t('common.fieldClosesAfterEnd'),
  'common-password': () => t('common.fieldCommonPassword'),
  damaged: () => t('common.fieldInvalid'),
  'doors-after-end': () => t('common.fieldDoorsAfterEnd'),
  empty: () => t('common.fieldRequired'),
  'end-not-after-start': () => t('common.fieldEndNotAfterStart'),
  'fixed-email': () => t('common.fieldFixedEmail'),
  'forbidden-character': () => t('common.fieldForbiddenCharacter'),
  invisible: () => t('common.fieldInvisible'),
  'lasts-too-long': ({ max }) => t('common.fieldLastsTooLong', { max }),
  length: ({ min, max }) => t('common.fieldLength', { min, max }),
  'lost-character': () => t('common.fieldLostCharacter'),
  'no-account': () => t('common.fieldNoAccount'),
  'not-a-choice': () => t('common.fieldNotAChoice'),
  'not-a-time': () => t('common.fieldNotATime'),
  'not-a-zone': () => t('common.fieldNotAZone'),
  'not-an-email': () => t('common.fieldEmail'),
  'not-an-id': () => t('common.fieldNotAnId'),
  'not-an-organizer': () => t('common.fieldNotAnOrganizer'),
  'not-in-future': () => t('common.fieldNotInFuture'),
  null: () => t('common.fieldRequired'),
  'opens-after-closing': () => t('common.fieldOpensAfterClosing'),
  'out-of-range': ({ min, max }) => t('common.fieldNumber', { min, max }),
  'over-layout': ({ max }) => t('common.fieldOverLayout', { max }),
  pattern: () => t('common.fieldInvalid'),
  repeated: () => t('common.fieldInvalid'),
  required: () => t('common.fieldRequired'),
  'same-email': () => t('common.fieldSameEmail'),
  'too-long': ({ max }) => t('common.fieldTooLong', { count: max }),
  'too-many': ({ max }) => t('common.fieldTooMany', { max }),
  'too-many-pixels': () => t('common.fieldInvalid'),
  'undeliverable-email': () => t('common.fieldUndeliverableEmail'),
  unknown: () => t('common.fieldInvalid'),
  'wrong-type': () => t('common.fieldInvalid'),
};

/**
 * Returns the text about a refused field in the person's language. For a code from a newer server, it is the server's own
 * detail.
 */
export function fieldText({ code, detail, min = 0, max = 0 }: FieldProblem): string {
  return Object.hasOwn(FIELD_TEXTS, code) ? FIELD_TEXTS[code]({ min, max }) : detail;
}

/** Returns the texts of the refused fields by the names of the fields. Several texts of one field are joined. */
export function fieldTexts(problem: Problem): Record<string, string> {
  return fieldsOf(problem, fieldText);
}

/** Returns the texts of all refused fields together, or the text about the problem if it names no field. */
export function refusalText(error: unknown): string {
  const texts = Object.values(fieldTexts(toProblem(error)));
  return texts.length > 0 ? texts.join(' ') : problemText(error);
}
