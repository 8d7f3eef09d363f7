import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const session = vi.hoisted(() => ({
  ready: Promise.resolve(),
  state: 'signed-in',
  token: vi.fn<() => Promise<string | null>>(),
  refresh: vi.fn<() => Promise<string | null>>(),
}));
vi.mock('../session', () => ({ session }));

const { doorServer } = await import('./door-server');
const EVENT = 'evt_01h455vb4pex5vsknk084sn02q';
const never = new Promise<never>(() => {});

let calls: Request[];
let answers: Response[];

beforeEach(() => {
  vi.useFakeTimers();
  session.ready = Promise.resolve();
  session.token.mockReset().mockResolvedValue('token');
  session.refresh.mockReset().mockResolvedValue(null);
  calls = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    calls.push(request);
    const next = answers.shift();
    if (next === undefined) throw new TypeError('lost');
    return next;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const failure = async (call: Promise<unknown>) => {
  const caught = call.then(() => null, (error: unknown) => error);
  await vi.advanceTimersByTimeAsync(60_000);
  return Promise.race([caught, Promise.resolve('still waiting')]);
};

describe('doorServer', () => {
  it('waits for the session no longer than a person at the door would', async () => {
    session.ready = never;
    expect(await failure(doorServer.checkIn(EVENT, 'code', null, 'own'))).toMatchObject({ kind: 'lost' });
    session.ready = Promise.resolve();
    session.token.mockReturnValue(never);
    expect(await failure(doorServer.checkIn(EVENT, 'code', null, 'own'))).toMatchObject({ kind: 'lost' });
    expect(calls).toEqual([]);
  });

  it('treats a 401 of a captive portal as no answer, and the server’s 401 as the end of the session', async () => {
    answers = [new Response('<html>Log in to the hotel', { status: 401 })];
    expect(await failure(doorServer.checkIn(EVENT, 'code', null, 'own'))).toMatchObject({ kind: 'lost' });
    answers = [Response.json({ type: '/problems/unauthorized', title: '', status: 401, detail: '' }, { status: 401 })];
    expect(await failure(doorServer.checkIn(EVENT, 'code', null, 'own'))).toMatchObject({ kind: 'signed-out' });
  });

  it('repeats an undo only if it names the scan', async () => {
    answers = [];
    expect(await failure(doorServer.undo(EVENT, 'YAC5-PZQT-V4JS', null))).toMatchObject({ kind: 'lost' });
    expect(calls.map(({ url }) => new URL(url).search)).toEqual(['']);
    answers = [];
    calls = [];
    expect(await failure(doorServer.undo(EVENT, 'YAC5-PZQT-V4JS', 's1'))).toMatchObject({ kind: 'lost' });
    expect(calls.length).toBeGreaterThan(1);
    expect(new Set(calls.map(({ url }) => new URL(url).search))).toEqual(new Set(['?scanId=s1']));
  });
});
