import { describe, expect, it } from 'vitest';
import { type Facts, nextChange, offerAt } from './offer';

const facts = (rest: Partial<Facts> = {}): Facts => ({
  status: 'published',
  startsAt: 1_000,
  opensAt: null,
  closesAt: 900,
  remaining: 3,
  said: { action: 'register', reason: null },
  ...rest,
});

describe('offerAt', () => {
  it('opens and closes by the clock', () => {
    const event = facts({ opensAt: 100, said: { action: 'nothing', reason: 'not-open-yet' } });
    expect(offerAt(event, 99)).toEqual({ action: 'nothing', reason: 'not-open-yet' });
    expect(offerAt(event, 100)).toEqual({ action: 'register' });
    expect(offerAt(event, 900)).toEqual({ action: 'nothing', reason: 'closed' });
    expect(offerAt(event, 1_000)).toEqual({ action: 'nothing', reason: 'started' });
  });

  it('follows the count of free seats', () => {
    expect(offerAt(facts({ remaining: 0 }), 1)).toEqual({ action: 'waitlist' });
    expect(offerAt(facts({ remaining: 1, said: { action: 'waitlist', reason: null } }), 1)).toEqual({ action: 'register' });
    expect(offerAt(facts({ remaining: null, said: { action: 'waitlist', reason: null } }), 1)).toEqual({ action: 'waitlist' });
  });

  it('keeps a status, and a reason that does not depend on the clock', () => {
    expect(offerAt(facts({ status: 'cancelled' }), 1)).toEqual({ action: 'nothing', reason: 'cancelled' });
    expect(offerAt(facts({ said: { action: 'nothing', reason: 'closed' } }), 1)).toEqual({ action: 'nothing', reason: 'closed' });
    expect(offerAt(facts({ said: { action: 'nothing', reason: 'not-open-yet' } }), 1)).toEqual({
      action: 'nothing',
      reason: 'not-open-yet',
    });
  });
});

describe('nextChange', () => {
  it('is the earliest moment in the future', () => {
    const event = facts({ opensAt: 100 });
    expect([0, 100, 950, 1_000].map((now) => nextChange(event, now))).toEqual([100, 900, 1_000, null]);
  });
});
