import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const refresh = vi.hoisted(() => vi.fn<() => Promise<string | null>>());
const token = vi.hoisted(() => vi.fn<() => Promise<string | null>>());
vi.mock('../session', () => ({ session: { refresh, token } }));

const { answer, api, data, repeatable } = await import('./client');
const { toProblem } = await import('./problem');

const EVENT = { params: { path: { id: 'evt_01kamyz7p4e4gtxg4rv9jd5q7a' } } };
const problem = (kind: string, status: number, headers: Record<string, string> = {}) =>
  Response.json({ type: `/problems/${kind}`, title: '', status, detail: 'a detail' }, { status, headers });

let seen: { method: string; token: string | null; body: string }[];
let answers: (Response | Error)[];

beforeEach(() => {
  vi.useFakeTimers();
  seen = [];
  token.mockReset().mockResolvedValue('old');
  refresh.mockReset().mockResolvedValue('new');
  vi.stubGlobal('fetch', async (request: Request) => {
    seen.push({ method: request.method, token: request.headers.get('authorization'), body: await request.text() });
    const next = answers.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error('no answer is left');
    return next;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function settled<T>(call: Promise<T>): Promise<T> {
  call.catch(() => {});
  await vi.advanceTimersByTimeAsync(60_000);
  return call;
}

describe('api', () => {
  it('sends the token', async () => {
    answers = [Response.json({ id: 'usr_1' })];
    expect(await data(api.GET('/v1/me'))).toEqual({ id: 'usr_1' });
    expect(seen).toEqual([{ method: 'GET', token: 'Bearer old', body: '' }]);
  });

  it('refreshes once after an expired token, and sends the same body again', async () => {
    answers = [problem('unauthorized', 401), Response.json({ name: 'Ada' })];
    await data(api.PATCH('/v1/me', { body: { name: 'Ada' } }));
    expect(seen.map((request) => request.token)).toEqual(['Bearer old', 'Bearer new']);
    expect(seen.map((request) => request.body)).toEqual(['{"name":"Ada"}', '{"name":"Ada"}']);
  });

  it('does not refresh twice, nor for another 401', async () => {
    answers = [problem('unauthorized', 401), problem('unauthorized', 401)];
    await expect(data(api.GET('/v1/me'))).rejects.toMatchObject({ problem: { kind: 'unauthorized' } });
    expect(refresh).toHaveBeenCalledTimes(1);
    answers = [problem('invalid-credentials', 401)];
    await expect(data(api.PUT('/v1/me/password', { body: { currentPassword: 'a', newPassword: 'b' } }))).rejects.toMatchObject({
      problem: { kind: 'invalid-credentials' },
    });
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it.each(['token', 'refresh'] as const)('waits for a session’s %s only as long as the call may last', async (kind) => {
    ({ token, refresh })[kind].mockReturnValue(new Promise(() => {}));
    answers = [problem('unauthorized', 401)];
    const call = new AbortController();
    const lost = data(api.GET('/v1/me', { signal: call.signal })).catch((error: unknown) => toProblem(error).kind);
    await vi.advanceTimersByTimeAsync(1_000);
    call.abort(new DOMException('', 'TimeoutError'));
    await vi.advanceTimersByTimeAsync(0);
    expect(await Promise.race([lost, Promise.resolve('still waiting')])).toBe('unreachable');
  });

  it('repeats safe requests', async () => {
    answers = [new TypeError('lost'), problem('unavailable', 503, { 'retry-after': '1' }), Response.json({ id: 'usr_1' })];
    expect(await settled(data(api.GET('/v1/me')))).toEqual({ id: 'usr_1' });
  });

  it('repeats a change only if the caller allows it', async () => {
    answers = [new TypeError('lost'), Response.json({}, { status: 201 })];
    const lost = await api.POST('/v1/events/{id}/registrations', EVENT).catch((error: unknown) => error);
    expect(toProblem(lost).kind).toBe('unreachable');
    expect(seen.length).toBe(1);
    answers = [new TypeError('lost'), Response.json({}, { status: 201 })];
    await settled(data(api.POST('/v1/events/{id}/registrations', { ...EVENT, fetch: repeatable })));
    expect(seen.length).toBe(3);
  });

  it('returns the headers, and the wait that a refusal demands', async () => {
    answers = [Response.json({}, { headers: { etag: '"7"' } }), problem('too-many-requests', 429, { 'retry-after': '900' })];
    expect((await answer(api.GET('/v1/events/{id}', EVENT))).response.headers.get('etag')).toBe('"7"');
    await expect(data(api.GET('/v1/me'))).rejects.toMatchObject({ problem: { retryAfterMs: 900_000 } });
  });
});
