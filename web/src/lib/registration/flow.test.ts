import { describe, expect, it } from 'vitest';
import { RegistrationFlow } from './flow';
import type { Answer, EventFacts, RegistrationFacts, Wish } from './machine';

const open: EventFacts = {
  status: 'published',
  visitorAction: { action: 'register', reason: null },
  registrationOpensAt: null,
};
const seat: RegistrationFacts = { status: 'confirmed', waitlistPosition: null, ticketCode: 'AAAA-BBBB-CCCC' };
const busy: Answer = { kind: 'problem', problem: 'busy', status: 503, retryAfterMs: 1_000 };

function flow(answers: Answer[], looks: { event?: EventFacts; registration?: RegistrationFacts | null }[] = [{}]) {
  const asked: Wish[] = [];
  const slept: number[] = [];
  const phases: string[] = [];
  let look = 0;
  const made = new RegistrationFlow<EventFacts>({
    look: async () => {
      const seen = looks[Math.min(look, looks.length - 1)];
      look += 1;
      return { event: seen?.event ?? open, registration: seen?.registration ?? null };
    },
    ask: async (wish) => {
      asked.push(wish);
      return answers[asked.length - 1] ?? { kind: 'registration', registration: seat };
    },
    now: () => 1_000,
    changed: () => phases.push(made.situation.phase),
    random: () => 1,
    sleep: async (ms) => {
      slept.push(ms);
    },
  });
  return { made, asked, slept, phases };
}

describe('RegistrationFlow', () => {
  it('repeats the request until the result is known', async () => {
    const { made, asked, slept, phases } = flow([{ kind: 'lost' }, busy, { kind: 'lost' }]);
    await made.start();
    await made.press();
    expect(made.situation).toEqual({ phase: 'seat', ticketCode: 'AAAA-BBBB-CCCC' });
    expect(asked).toEqual(['register', 'register', 'register', 'register']);
    expect(slept).toEqual([400, 1_800, 1_600]);
    expect(phases).toEqual(['loading', 'ready', 'asking', 'pausing', 'asking', 'pausing', 'asking', 'pausing', 'asking', 'seat']);
  });

  it('makes one request for two presses', async () => {
    const { made, asked } = flow([]);
    await made.start();
    await Promise.all([made.press(), made.press()]);
    expect(asked).toEqual(['register']);
  });

  it('makes the request at once if it starts with a wish that is offered', async () => {
    const { made, asked } = flow([]);
    await made.start('register');
    expect(asked).toEqual(['register']);
    expect(made.situation.phase).toBe('seat');

    const full = flow([], [{ event: { ...open, visitorAction: { action: 'waitlist', reason: null } } }]);
    await full.made.start('register');
    expect(full.asked).toEqual([]);
    expect(full.made.situation).toMatchObject({ phase: 'ready', offer: 'waitlist' });
  });

  it('offers the waitlist after the last seat is taken, and keeps the offer despite a stale count', async () => {
    const soldOut: Answer = { kind: 'problem', problem: 'sold-out', status: 409, retryAfterMs: null };
    const { made, asked } = flow([soldOut, { kind: 'registration', registration: { status: 'waitlisted', waitlistPosition: 4, ticketCode: null } }]);
    await made.start();
    await made.press();
    await made.refresh();
    expect(made.situation).toEqual({ phase: 'ready', offer: 'waitlist', note: 'sold-out' });
    await made.press();
    expect(asked).toEqual(['register', 'waitlist']);
    expect(made.situation).toEqual({ phase: 'waiting', position: 4 });
  });

  it('reads the event again when the opening was moved', async () => {
    const later = '2029-05-01T18:00:00.000Z';
    const { made } = flow(
      [{ kind: 'problem', problem: 'registration-closed', status: 409, reason: 'not-open-yet', retryAfterMs: null }],
      [{}, { event: { ...open, visitorAction: { action: 'nothing', reason: 'not-open-yet' }, registrationOpensAt: later } }],
    );
    await made.start();
    await made.press();
    expect(made.situation).toEqual({ phase: 'before', opensAt: Date.parse(later) });
  });

  it('stays in the state of loading if nothing can be read', async () => {
    const failing = new RegistrationFlow<EventFacts>({
      look: () => Promise.reject(new TypeError('no network')),
      ask: async () => ({ kind: 'lost' }),
      now: () => 0,
      changed: () => {},
    });
    await failing.start();
    expect(failing.situation.phase).toBe('loading');
    expect(failing.failure).toBeInstanceOf(TypeError);
  });
});
