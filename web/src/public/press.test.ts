import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Situation } from '../lib/registration/machine';
import { session } from '../lib/session';
import { Press } from './press';

const EVENT = 'evt_01kamyz7p4e4gtxg4rv9jd5q7a';
const person = (id: string) => ({ id, email: id, name: id, role: 'user', emailVerified: true, createdAt: '2029-05-01T18:00:00.000Z' });
const busy = () => Response.json({ type: '/problems/busy', title: '', status: 503, detail: '' }, { status: 503 });
const seat = () => Response.json({ status: 'confirmed', waitlistPosition: null, ticketCode: 'AAAA-BBBB-CCCC', event: { id: EVENT } }, { status: 201 });

/** Tokens of the requests for a seat. */
let asked: (string | null)[];
let answers: (() => Response)[];
let shown: Situation[];
/** The cookie with which the page is opened; `null` if nobody has a session. */
let cookie: string | null;

const answerOf = (id: string) => Response.json({ user: person(id), accessToken: id, tokenType: 'Bearer', expiresIn: 900 });

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = [];
  shown = [];
  cookie = 'usr_a';
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('fetch', async (request: Request | string, init?: RequestInit) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (request instanceof Request) {
      request.signal.throwIfAborted();
      asked.push(request.headers.get('authorization'));
      return (answers.shift() ?? seat)();
    }
    if (request.endsWith('/login')) return answerOf((JSON.parse(String(init?.body)) as { email: string }).email);
    return cookie === null ? Response.json({ type: '/problems/invalid-token' }, { status: 401 }) : answerOf(cookie);
  });
});

afterEach(() => {
  session.ended();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function signIn(id: string): Promise<void> {
  const done = session.login({ email: id, password: 'a password' });
  await wait(100);
  await done;
}

/** Waits until `press` pauses before its next request. The pause is random, so a fixed time could miss it. */
async function pausing(press: Press) {
  for (let waited = 0; waited < 1_000 && press.situation?.phase !== 'pausing'; waited += 1) await wait(1);
  expect(press.situation?.phase).toBe('pausing');
}

describe('Press', () => {
  it('is one flow, however often the button is pressed', async () => {
    const press = new Press(EVENT, (situation) => shown.push(situation));
    // The first press also restores the session, and the second press happens in the meantime.
    const both = [press.press('register'), press.press('register')];
    await wait(1_000);
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(asked).toEqual(['Bearer usr_a']);
    expect(shown.map(({ phase }) => phase)).toEqual(['asking', 'seat']);
  });

  it('can be repeated after it has ended', async () => {
    await signIn('usr_a');
    answers = [() => Response.json({ type: '/problems/forbidden', status: 403 }, { status: 403 })];
    const press = new Press(EVENT, (situation) => shown.push(situation));
    void press.press('register');
    await wait(1_000);
    expect(press.situation?.phase).toBe('refused');
    void press.press('register');
    await wait(1_000);
    expect(press.situation?.phase).toBe('seat');
  });

  it('does not continue for another account', async () => {
    await signIn('usr_a');
    answers = Array.from({ length: 100 }, () => busy);
    const press = new Press(EVENT, (situation) => shown.push(situation));
    const pressed = press.press('register');
    await pausing(press);
    await signIn('usr_b');
    const before = asked.length;
    await wait(60_000);
    expect(await pressed).toBe(true);
    expect(asked.length).toBe(before);
    expect(asked).not.toContain('Bearer usr_b');
    expect(press.situation).toBeNull();
    expect(shown.at(-1)?.phase).toBe('loading');

    // The other person presses on their own behalf.
    answers = [];
    void press.press('register');
    await wait(1_000);
    expect(asked.at(-1)).toBe('Bearer usr_b');
    expect(press.situation?.phase).toBe('seat');
  });

  it('ends when the person has signed out', async () => {
    await signIn('usr_a');
    answers = Array.from({ length: 100 }, () => busy);
    const press = new Press(EVENT, (situation) => shown.push(situation));
    const pressed = press.press('register');
    await wait(100);
    session.ended();
    await wait(1_000);
    expect(await pressed).toBe(false);
    expect(press.situation).toBeNull();
  });
});
