import { duration } from '../format';
import { t, type MessageKey } from '../i18n/index.svelte';
import { fieldDetails, toProblem, type LocalKind, type Problem, type ProblemKind } from './problem';

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

/** Returns the texts of the refused fields, in the person's language if the server's detail is a known one. */
export function fieldTexts(problem: Problem): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldDetails(problem)).map(([field, detail]) => [field, fieldText(detail)]),
  );
}

function fieldText(detail: string): string {
  const longest = /at most (\d[\d,]*) characters?/.exec(detail)?.[1];
  const shortest = /at least (\d[\d,]*) characters?/.exec(detail)?.[1];
  const range = /must have (\d+) to \d+ characters/.exec(detail)?.[1];
  const count = (digits: string) => Number(digits.replaceAll(',', ''));
  if (shortest !== undefined) return t('common.fieldTooShort', { count: count(shortest) });
  if (range !== undefined) return t('common.fieldTooShort', { count: count(range) });
  if (longest !== undefined) return t('common.fieldTooLong', { count: count(longest) });
  if (detail.startsWith('is too common')) return t('account.commonPassword');
  if (detail.startsWith('must be an e-mail address')) return t('common.fieldEmail');
  if (detail === 'must not be empty') return t('common.fieldRequired');
  return detail;
}
