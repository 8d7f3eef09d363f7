import { describe, expect, it } from 'vitest';
import {
  type Answer,
  answered,
  type Asking,
  type EventFacts,
  LOADING,
  opened,
  pressed,
  resumed,
  type RegistrationFacts,
  type Situation,
  situationOf,
} from './machine';

const OPENS = '2029-05-01T18:00:00.000Z';
const opensAt = Date.parse(OPENS);

const event = (action: 'register' | 'waitlist' | 'nothing', reason: EventFacts['visitorAction']['reason'] = null): EventFacts => ({
  status: 'published',
  visitorAction: { action, reason },
  registrationOpensAt: OPENS,
});
const registration = (status: RegistrationFacts['status'], rest: Partial<RegistrationFacts> = {}): RegistrationFacts => ({
  status,
  waitlistPosition: null,
  ticketCode: null,
  ...rest,
});
const problem = (kind: string, status: number, rest: Partial<Extract<Answer, { kind: 'problem' }>> = {}): Answer => ({
  kind: 'problem',
  problem: kind,
  status,
  retryAfterMs: null,
  ...rest,
});
const asking = (wish: 'register' | 'waitlist' = 'register', attempt = 1): Asking => ({ phase: 'asking', wish, attempt, trouble: null });
const at = (now = opensAt + 60_000, random = 0.5) => ({ now, opensAt, random: () => random });

describe('the situation of a person', () => {
  const cases: [string, EventFacts, RegistrationFacts | null, number, Situation][] = [
    ['a free seat', event('register'), null, opensAt, { phase: 'ready', offer: 'register', note: null }],
    ['no free seat', event('waitlist'), null, opensAt, { phase: 'ready', offer: 'waitlist', note: null }],
    ['before the opening', event('nothing', 'not-open-yet'), null, opensAt - 1, { phase: 'before', opensAt }],
    ['an event read just before the opening', event('nothing', 'not-open-yet'), null, opensAt, { phase: 'ready', offer: 'register', note: null }],
    ['a draft', { ...event('nothing', 'not-open-yet'), registrationOpensAt: null }, null, opensAt, { phase: 'closed', reason: 'not-open-yet' }],
    ['closed', event('nothing', 'closed'), null, opensAt, { phase: 'closed', reason: 'closed' }],
    ['started', event('nothing', 'started'), null, opensAt, { phase: 'closed', reason: 'started' }],
    ['completed', event('nothing', 'completed'), null, opensAt, { phase: 'closed', reason: 'completed' }],
    ['no reason', event('nothing'), null, opensAt, { phase: 'closed', reason: 'closed' }],
    ['a seat', event('waitlist'), registration('confirmed', { ticketCode: 'A' }), opensAt, { phase: 'seat', ticketCode: 'A' }],
    ['a seat, though registration has closed', event('nothing', 'closed'), registration('confirmed'), opensAt, { phase: 'seat', ticketCode: null }],
    ['a place', event('register'), registration('waitlisted', { waitlistPosition: 3 }), opensAt, { phase: 'waiting', position: 3 }],
    ['a registration that was cancelled', event('register'), registration('cancelled'), opensAt, { phase: 'ready', offer: 'register', note: null }],
    ['a seat at a cancelled event', { ...event('nothing', 'cancelled'), status: 'cancelled' }, registration('confirmed'), opensAt, { phase: 'closed', reason: 'cancelled' }],
  ];
  it.each(cases)('%s', (_, facts, mine, now, expected) => {
    expect(situationOf(facts, mine, now)).toEqual(expected);
  });
});

describe('every answer', () => {
  const cases: [string, Asking, Answer, Situation][] = [
    ['201 confirmed', asking(), { kind: 'registration', registration: registration('confirmed') }, { phase: 'seat', ticketCode: null }],
    ['200 confirmed before', asking(), { kind: 'registration', registration: registration('confirmed', { ticketCode: 'A' }) }, { phase: 'seat', ticketCode: 'A' }],
    ['200 on the waitlist before', asking(), { kind: 'registration', registration: registration('waitlisted', { waitlistPosition: 2 }) }, { phase: 'waiting', position: 2 }],
    ['201 waitlisted', asking('waitlist'), { kind: 'registration', registration: registration('waitlisted', { waitlistPosition: 9 }) }, { phase: 'waiting', position: 9 }],
    ['201 waitlisted, place not counted yet', asking('waitlist'), { kind: 'registration', registration: registration('waitlisted') }, { phase: 'waiting', position: null }],
    ['200 has a seat, asked for a place', asking('waitlist'), { kind: 'registration', registration: registration('confirmed') }, { phase: 'seat', ticketCode: null }],
    ['a cancelled registration', asking(), { kind: 'registration', registration: registration('cancelled') }, LOADING],
    ['409 sold-out', asking(), problem('sold-out', 409), { phase: 'ready', offer: 'waitlist', note: 'sold-out' }],
    ['409 seats-available', asking('waitlist'), problem('seats-available', 409), { phase: 'ready', offer: 'register', note: 'seats-free' }],
    ['409 closed', asking(), problem('registration-closed', 409, { reason: 'closed' }), { phase: 'closed', reason: 'closed' }],
    ['409 started', asking(), problem('registration-closed', 409, { reason: 'started' }), { phase: 'closed', reason: 'started' }],
    ['409 cancelled', asking(), problem('registration-closed', 409, { reason: 'cancelled' }), { phase: 'closed', reason: 'cancelled' }],
    ['409 completed', asking('waitlist'), problem('registration-closed', 409, { reason: 'completed' }), { phase: 'closed', reason: 'completed' }],
    ['409 closed without a reason', asking(), problem('registration-closed', 409), { phase: 'closed', reason: 'closed' }],
    ['409 not open, the opening was moved', asking(), problem('registration-closed', 409, { reason: 'not-open-yet' }), LOADING],
    ['403 email-not-verified', asking('waitlist'), problem('email-not-verified', 403), { phase: 'unverified', wish: 'waitlist' }],
    ['401', asking(), problem('unauthorized', 401), { phase: 'signed-out' }],
    ['404', asking(), problem('not-found', 404), { phase: 'missing' }],
    ['403 another', asking(), problem('foreign-origin', 403), { phase: 'refused', wish: 'register', problem: 'foreign-origin', status: 403 }],
    ['409 of a newer server', asking(), problem('invitation-needed', 409), { phase: 'refused', wish: 'register', problem: 'invitation-needed', status: 409 }],
    ['422', asking(), problem('invalid', 422), { phase: 'refused', wish: 'register', problem: 'invalid', status: 422 }],
    ['no answer', asking(), { kind: 'lost' }, { phase: 'pausing', wish: 'register', attempt: 1, trouble: 'lost', waitMs: 200 }],
    ['503 busy', asking(), problem('busy', 503, { retryAfterMs: 1_000 }), { phase: 'pausing', wish: 'register', attempt: 1, trouble: 'busy', waitMs: 1_200 }],
    ['503 unavailable, no time', asking('waitlist'), problem('unavailable', 503), { phase: 'pausing', wish: 'waitlist', attempt: 1, trouble: 'busy', waitMs: 200 }],
    ['429', asking(), problem('too-many-requests', 429, { retryAfterMs: 30_000 }), { phase: 'pausing', wish: 'register', attempt: 1, trouble: 'busy', waitMs: 30_200 }],
    ['429 for a long time', asking(), problem('too-many-requests', 429, { retryAfterMs: 600_000 }), { phase: 'unanswered', wish: 'register', trouble: 'busy' }],
    ['500', asking(), problem('internal', 500), { phase: 'pausing', wish: 'register', attempt: 1, trouble: 'busy', waitMs: 200 }],
    ['502 of a proxy', asking(), problem('unknown', 502), { phase: 'pausing', wish: 'register', attempt: 1, trouble: 'busy', waitMs: 200 }],
    ['the last attempt', asking('register', 14), { kind: 'lost' }, { phase: 'unanswered', wish: 'register', trouble: 'lost' }],
  ];
  it.each(cases)('%s', (_, before, answer, expected) => {
    expect(answered(before, answer, at())).toEqual(expected);
  });

  it('repeats the request if the server’s clock is slightly behind', () => {
    const answer = problem('registration-closed', 409, { reason: 'not-open-yet' });
    expect(answered(asking(), answer, at(opensAt + 300))).toMatchObject({ phase: 'pausing', trouble: 'early' });
    expect(answered(asking(), answer, at(opensAt - 300))).toMatchObject({ phase: 'pausing', trouble: 'early' });
    expect(answered(asking(), answer, { ...at(), opensAt: null })).toEqual(LOADING);
  });

  it('waits longer with each attempt, and at random', () => {
    const wait = (attempt: number, random: number) => {
      const next = answered(asking('register', attempt), { kind: 'lost' }, at(opensAt, random));
      return next.phase === 'pausing' ? next.waitMs : NaN;
    };
    expect([1, 2, 3, 6, 9].map((attempt) => wait(attempt, 1))).toEqual([400, 800, 1_600, 8_000, 8_000]);
    expect(wait(3, 0.25)).toBe(400);
  });
});

describe('a press', () => {
  it('requests the offered seat or place', () => {
    expect(pressed({ phase: 'ready', offer: 'waitlist', note: 'sold-out' })).toEqual(asking('waitlist'));
    expect(pressed({ phase: 'unanswered', wish: 'waitlist', trouble: 'lost' })).toEqual(asking('waitlist'));
    expect(pressed({ phase: 'unverified', wish: 'register' })).toEqual(asking());
  });

  it('does nothing if no request is possible', () => {
    const idle: Situation[] = [
      LOADING,
      { phase: 'before', opensAt },
      asking(),
      { phase: 'pausing', wish: 'register', attempt: 1, trouble: 'lost', waitMs: 1 },
      { phase: 'seat', ticketCode: null },
      { phase: 'waiting', position: 1 },
      { phase: 'closed', reason: 'closed' },
      { phase: 'missing' },
    ];
    for (const situation of idle) expect(pressed(situation)).toBe(situation);
  });

  it('is repeated as the same request', () => {
    expect(resumed({ phase: 'pausing', wish: 'waitlist', attempt: 3, trouble: 'busy', waitMs: 5 })).toEqual({
      phase: 'asking',
      wish: 'waitlist',
      attempt: 4,
      trouble: 'busy',
    });
  });
});

describe('the opening', () => {
  it('happens at its time, and not before', () => {
    const before: Situation = { phase: 'before', opensAt };
    expect(opened(before, opensAt - 1)).toBe(before);
    expect(opened(before, opensAt)).toEqual({ phase: 'ready', offer: 'register', note: null });
    const closed: Situation = { phase: 'closed', reason: 'closed' };
    expect(opened(closed, opensAt)).toBe(closed);
  });
});
