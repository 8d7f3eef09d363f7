import type { components } from '../api/schema';
import { backoffMs, isTransient } from '../retry';

// The states of a press and their transitions, without a framework and without a network. The app and the public pages
// share this file.

type Schemas = components['schemas'];

export type ClosedReason = Schemas['ClosedReason'];

/** The thing that a person requests: a seat, or a place on the waitlist. */
export type Wish = 'register' | 'waitlist';

/**
 * The reason why a request is repeated. `early`: the server's clock is behind this one and has not reached the opening.
 */
export type Trouble = 'lost' | 'busy' | 'early';

/** The reason why an offer differs from the person's request. */
export type Note = 'sold-out' | 'seats-free';

/** The facts of an event that decide which action is possible now. */
export type EventFacts = Pick<Schemas['Event'], 'status' | 'visitorAction' | 'registrationOpensAt'>;

/** The facts of the caller's registration that decide which action is possible now. */
export type RegistrationFacts = Pick<Schemas['Registration'], 'status' | 'waitlistPosition' | 'ticketCode'>;

/** The answer to one request. `lost`: no answer came, or the answer cannot be parsed. */
export type Answer =
  | { kind: 'registration'; registration: RegistrationFacts }
  | { kind: 'problem'; problem: string; status: number; reason?: ClosedReason | undefined; retryAfterMs: number | null }
  | { kind: 'lost' };

export type Ready = { phase: 'ready'; offer: Wish; note: Note | null };
export type Asking = { phase: 'asking'; wish: Wish; attempt: number; trouble: Trouble | null };
export type Pausing = { phase: 'pausing'; wish: Wish; attempt: number; trouble: Trouble; waitMs: number };
export type Unverified = { phase: 'unverified'; wish: Wish };
/** The server has given no final answer for so long that the person decides whether to continue. */
export type Unanswered = { phase: 'unanswered'; wish: Wish; trouble: Trouble };
/** A refusal of a kind that this program does not handle. */
export type Refused = { phase: 'refused'; wish: Wish; problem: string; status: number };

export type Situation =
  | { phase: 'loading' }
  | { phase: 'before'; opensAt: number }
  | Ready
  | Asking
  | Pausing
  | Unverified
  | Unanswered
  | Refused
  | { phase: 'seat'; ticketCode: string | null }
  | { phase: 'waiting'; position: number | null }
  | { phase: 'closed'; reason: ClosedReason }
  | { phase: 'signed-out' }
  | { phase: 'missing' };

export const LOADING: Situation = { phase: 'loading' };

/**
 * Number of requests for one press before the person decides whether to continue. The random waits add up to at most 76
 * seconds.
 */
const ATTEMPTS = 14;
const BASE_MS = 400;
const CAP_MS = 8_000;
/** If the server demands a longer wait than this, the repetition ends. */
const PATIENCE_MS = 120_000;
/** Difference between the two clocks that the estimate of the server's clock can explain. */
const CLOCK_MS = 5_000;

function timeOf(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}

function placeOf(registration: RegistrationFacts): Situation | null {
  switch (registration.status) {
    case 'confirmed':
      return { phase: 'seat', ticketCode: registration.ticketCode };
    case 'waitlisted':
      return { phase: 'waiting', position: registration.waitlistPosition };
    case 'cancelled':
      return null;
  }
}

/**
 * Returns the person's situation, from the server's facts about the event and the registration. `now` is the server's
 * time.
 */
export function situationOf(event: EventFacts, registration: RegistrationFacts | null, now: number): Situation {
  if (event.status === 'cancelled') return { phase: 'closed', reason: 'cancelled' };
  const place = registration === null ? null : placeOf(registration);
  if (place !== null) return place;
  const { action, reason } = event.visitorAction;
  if (action !== 'nothing') return { phase: 'ready', offer: action, note: null };
  const opensAt = timeOf(event.registrationOpensAt);
  if (reason === 'not-open-yet' && opensAt !== null) return opened({ phase: 'before', opensAt }, now);
  return { phase: 'closed', reason: reason ?? 'closed' };
}

/** Returns the situation with registration open, if it is time. Any other situation is returned unchanged. */
export function opened(situation: Situation, now: number): Situation {
  if (situation.phase !== 'before' || now < situation.opensAt) return situation;
  return { phase: 'ready', offer: 'register', note: null };
}

/** Returns the situation after a press on the button. A situation without a button is returned unchanged. */
export function pressed(situation: Situation): Situation {
  switch (situation.phase) {
    case 'ready':
      return { phase: 'asking', wish: situation.offer, attempt: 1, trouble: null };
    case 'unanswered':
    case 'refused':
    case 'unverified':
      return { phase: 'asking', wish: situation.wish, attempt: 1, trouble: null };
    default:
      return situation;
  }
}

/** Returns the situation after a pause, in which the same request is made again. */
export function resumed({ wish, attempt, trouble }: Pausing): Asking {
  return { phase: 'asking', wish, attempt: attempt + 1, trouble };
}

/** The facts besides the answer that decide the next situation. */
export interface Circumstances {
  /** The server's time. */
  now: number;
  opensAt: number | null;
  random: () => number;
}

function again(asking: Asking, trouble: Trouble, askedMs: number | null, random: () => number): Situation {
  const { wish, attempt } = asking;
  if (attempt >= ATTEMPTS || (askedMs !== null && askedMs > PATIENCE_MS)) return { phase: 'unanswered', wish, trouble };
  // The random part is always added, because clients that were refused together must not come back together.
  const waitMs = Math.round((askedMs ?? 0) + backoffMs(attempt, BASE_MS, CAP_MS, random));
  return { phase: 'pausing', wish, attempt, trouble, waitMs };
}

/** Returns the situation after an answer. */
export function answered(asking: Asking, answer: Answer, { now, opensAt, random }: Circumstances): Situation {
  if (answer.kind === 'lost') return again(asking, 'lost', null, random);
  // A registration that was cancelled in the meantime does not show which action is possible now, so the page loads the
  // event again.
  if (answer.kind === 'registration') return placeOf(answer.registration) ?? LOADING;
  const { wish } = asking;
  const { problem, status, reason, retryAfterMs } = answer;
  switch (problem) {
    case 'sold-out':
      return { phase: 'ready', offer: 'waitlist', note: 'sold-out' };
    case 'seats-available':
      return { phase: 'ready', offer: 'register', note: 'seats-free' };
    case 'registration-closed':
      if (reason !== 'not-open-yet') return { phase: 'closed', reason: reason ?? 'closed' };
      // If the difference is small, the request is repeated. If it is larger, the opening was moved, and only the event
      // contains the new time.
      return opensAt !== null && Math.abs(now - opensAt) <= CLOCK_MS ? again(asking, 'early', null, random) : LOADING;
    case 'email-not-verified':
      return { phase: 'unverified', wish };
  }
  if (isTransient(status)) return again(asking, 'busy', retryAfterMs, random);
  if (status === 401) return { phase: 'signed-out' };
  if (status === 404) return { phase: 'missing' };
  return { phase: 'refused', wish, problem, status };
}
