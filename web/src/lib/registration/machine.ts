import type { components } from '../api/schema';
import { backoffMs, isTransient } from '../retry';

// What a press leads to, without a framework and without a network: the app and the public pages decide by this file.

type Schemas = components['schemas'];

export type ClosedReason = Schemas['ClosedReason'];

/** What a person asks for: a seat, or a place on the waitlist. */
export type Wish = 'register' | 'waitlist';

/** Why a request is repeated. `early`: the two clocks differ, and the server's has not reached the opening. */
export type Trouble = 'lost' | 'busy' | 'early';

/** Why an offer differs from what the person asked for. */
export type Note = 'sold-out' | 'seats-free';

/** The facts of an event that decide what can be done now. */
export type EventFacts = Pick<Schemas['Event'], 'status' | 'visitorAction' | 'registrationOpensAt'>;

/** The caller's registration, as far as it decides. */
export type RegistrationFacts = Pick<Schemas['Registration'], 'status' | 'waitlistPosition' | 'ticketCode'>;

/** Answer to one request. `lost`: none came, or none that can be understood. */
export type Answer =
  | { kind: 'registration'; registration: RegistrationFacts }
  | { kind: 'problem'; problem: string; status: number; reason?: ClosedReason | undefined; retryAfterMs: number | null }
  | { kind: 'lost' };

export type Ready = { phase: 'ready'; offer: Wish; note: Note | null };
export type Asking = { phase: 'asking'; wish: Wish; attempt: number; trouble: Trouble | null };
export type Pausing = { phase: 'pausing'; wish: Wish; attempt: number; trouble: Trouble; waitMs: number };
export type Unverified = { phase: 'unverified'; wish: Wish };
/** The server has not answered for so long that the person decides whether to go on. */
export type Unanswered = { phase: 'unanswered'; wish: Wish; trouble: Trouble };
/** A final answer that this program does not know. */
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

/** Requests for one press, before the person is asked whether to go on: more than a minute. */
const ATTEMPTS = 14;
const BASE_MS = 400;
const CAP_MS = 8_000;
/** A longer wait than this is no pause but the end of the repetition. */
const PATIENCE_MS = 120_000;
/** Difference between the two clocks that is explained by how the server's clock is estimated. */
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

/** Where a person stands, from what the server says about the event and about them. `now` is the server's time. */
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

/** Opens registration when its time has come; any other situation stays as it is. */
export function opened(situation: Situation, now: number): Situation {
  if (situation.phase !== 'before' || now < situation.opensAt) return situation;
  return { phase: 'ready', offer: 'register', note: null };
}

/** The person presses the button. Where there is none, nothing happens. */
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

/** The pause is over: the same request is made again. */
export function resumed({ wish, attempt, trouble }: Pausing): Asking {
  return { phase: 'asking', wish, attempt: attempt + 1, trouble };
}

/** What the decision about an answer depends on besides the answer. */
export interface Circumstances {
  /** The server's time. */
  now: number;
  opensAt: number | null;
  random: () => number;
}

function again(asking: Asking, trouble: Trouble, askedMs: number | null, random: () => number): Situation {
  const { wish, attempt } = asking;
  if (attempt >= ATTEMPTS || (askedMs !== null && askedMs > PATIENCE_MS)) return { phase: 'unanswered', wish, trouble };
  // Clients that were refused together must not come back together, so the random part never vanishes.
  const waitMs = Math.round((askedMs ?? 0) + backoffMs(attempt, BASE_MS, CAP_MS, random));
  return { phase: 'pausing', wish, attempt, trouble, waitMs };
}

/** The situation after an answer. */
export function answered(asking: Asking, answer: Answer, { now, opensAt, random }: Circumstances): Situation {
  if (answer.kind === 'lost') return again(asking, 'lost', null, random);
  // A registration that was cancelled in the meantime says nothing about what can be done now.
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
      // Early by a moment: asked again. Early by more: the opening was moved, which only the event tells.
      return opensAt !== null && Math.abs(now - opensAt) <= CLOCK_MS ? again(asking, 'early', null, random) : LOADING;
    case 'email-not-verified':
      return { phase: 'unverified', wish };
  }
  if (isTransient(status)) return again(asking, 'busy', retryAfterMs, random);
  if (status === 401) return { phase: 'signed-out' };
  if (status === 404) return { phase: 'missing' };
  return { phase: 'refused', wish, problem, status };
}
