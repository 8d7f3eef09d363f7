import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toProblem } from './api/problem';
import { Session } from './session';

const USER = { id: 'usr_1', email: 'ada@example.org', name: 'Ada', role: 'user', emailVerified: true, createdAt: '2029-05-01T18:00:00.000Z' };

/** A server that rotates the cookie, and ends the session if a former cookie comes back. */
class FakeServer {
  generation = 0;
  signedIn = false;
  away = false;
  /** Whether the network loses every request. */
  swallows = false;
  /** Returns the answer of a proxy between browser and server, if there is one. */
  between: (() => Response) | null = null;
  requests: string[] = [];
  /** The cookie that the browser's tabs share. */
  #cookie = 0;

  signIn() {
    this.signedIn = true;
    this.generation = 1;
    this.#cookie = 1;
  }

  fetch = async (url: string, { signal, headers = {} }: { signal?: AbortSignal; headers?: Record<string, string> } = {}): Promise<Response> => {
    const action = url.split('/').at(-1) ?? '';
    this.requests.push(action);
    const sent = this.#cookie;
    if (this.swallows) {
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.away) throw new TypeError('Failed to fetch');
    if (this.between !== null) return this.between();
    if (action === 'login') this.signIn();
    else if (action === 'logout') {
      this.signedIn = false;
      return new Response(null, { status: 204 });
    } else if (sent === 0 && headers['session-optional'] === 'true') {
      return new Response(null, { status: 204 });
    } else if (!this.signedIn || sent !== this.generation) {
      this.signedIn = false;
      return Response.json({ type: '/problems/invalid-token', title: '', status: 401, detail: '' }, { status: 401 });
    } else {
      this.generation += 1;
      this.#cookie = this.generation;
    }
    return Response.json({ user: USER, accessToken: `token-${this.generation}`, tokenType: 'Bearer', expiresIn: 900 });
  };
}

/** Tabs of one browser. A message from one tab reaches the other tabs later. */
class FakeChannel extends EventTarget {
  static all = new Set<FakeChannel>();

  constructor() {
    super();
    FakeChannel.all.add(this);
  }

  postMessage(data: unknown) {
    for (const other of FakeChannel.all) {
      if (other !== this) setTimeout(() => other.dispatchEvent(new MessageEvent('message', { data })), 5);
    }
  }
}

class FakeLocks {
  #tail: Promise<unknown> = Promise.resolve();
  #held = 0;

  async request(_: string, options: unknown, work?: (lock: object | null) => Promise<unknown>): Promise<unknown> {
    const run = (work ?? options) as (lock: object | null) => Promise<unknown>;
    if (work !== undefined && this.#held > 0) return run(null);
    this.#held += 1;
    const turn = this.#tail.then(() => run({}));
    this.#tail = turn.catch(() => {}).then(() => (this.#held -= 1));
    return turn;
  }
}

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  FakeChannel.all.clear();
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  vi.stubGlobal('navigator', { locks: new FakeLocks() });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  // The real `AbortSignal.timeout` does not use the tests' clock.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), ms);
    return controller.signal;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('Session', () => {
  it('is signed out without a cookie, and no request is refused', async () => {
    const statuses: number[] = [];
    vi.stubGlobal('fetch', async (...call: Parameters<FakeServer['fetch']>) => {
      const response = await server.fetch(...call);
      statuses.push(response.status);
      return response;
    });
    const session = new Session();
    expect(session.state).toBe('restoring');
    void session.start();
    await wait(50);
    await session.ready;
    expect(session.state).toBe('signed-out');
    expect(await session.token()).toBeNull();
    expect(statuses).toEqual([204]);
  });

  it('is restored, and refreshed before its token expires', async () => {
    server.signIn();
    const session = new Session();
    void session.start();
    await wait(50);
    expect(session.state).toBe('signed-in');
    expect(await session.token()).toBe('token-2');
    await wait(840_000);
    expect(server.requests).toEqual(['refresh', 'refresh']);
    expect(await session.token()).toBe('token-3');
  });

  it('is refreshed once by tabs that restore together', async () => {
    server.signIn();
    const tabs = [new Session(), new Session(), new Session()];
    for (const tab of tabs) void tab.start();
    await wait(500);
    expect(tabs.map((tab) => tab.state)).toEqual(['signed-in', 'signed-in', 'signed-in']);
    expect(server.requests).toEqual(['refresh']);
    expect(server.signedIn).toBe(true);
  });

  it('begins and ends in all tabs', async () => {
    const [first, second] = [new Session(), new Session()];
    void first.start();
    void second.start();
    await wait(500);
    const signedIn = first.login({ email: USER.email, password: 'a password' });
    await wait(50);
    expect((await signedIn).id).toBe(USER.id);
    expect(second.state).toBe('signed-in');
    const left = second.logout();
    await wait(50);
    await left;
    expect([first.state, second.state]).toEqual(['signed-out', 'signed-out']);
    expect([first.user, second.user]).toEqual([null, null]);
  });

  it('does not end because of a lost connection', async () => {
    server.signIn();
    server.away = true;
    const session = new Session();
    void session.start();
    await wait(50);
    expect(session.state).toBe('unreachable');
    await expect(Promise.all([session.token(), wait(50)])).rejects.toThrow('Failed to fetch');
    server.away = false;
    await wait(60_000);
    expect(session.state).toBe('signed-in');
    expect(server.signedIn).toBe(true);
  });

  it('ends when the server has ended it', async () => {
    server.signIn();
    const session = new Session();
    void session.start();
    await wait(50);
    server.signedIn = false;
    const refreshed = session.refresh();
    await wait(50);
    expect(await refreshed).toBeNull();
    expect(session.state).toBe('signed-out');
  });

  it('makes one request for callers that refresh together', async () => {
    server.signIn();
    const session = new Session();
    void session.start();
    await wait(50);
    const both = Promise.all([session.refresh(), session.refresh()]);
    await wait(50);
    expect(await both).toEqual(['token-3', 'token-3']);
    expect(server.requests.length).toBe(2);
  });

  it('cancels an operation without an answer, and lets another tab try', async () => {
    server.signIn();
    server.swallows = true;
    const [first, second] = [new Session(), new Session()];
    void first.start();
    await wait(8_100);
    expect(first.state).toBe('unreachable');
    server.swallows = false;
    void second.start();
    await wait(200);
    expect([first.state, second.state]).toEqual(['signed-in', 'signed-in']);
  });

  it.each([
    ['a page of a proxy', () => new Response('<h1>Sign in to the network</h1>', { status: 401 })],
    ['a problem of another kind', () => Response.json({ type: '/problems/unauthorized', title: '', status: 401, detail: '' }, { status: 401 })],
  ])('is not ended by a 401 that is %s', async (_, between) => {
    server.signIn();
    const session = new Session();
    void session.start();
    await wait(50);
    server.between = between;
    for (const operation of [() => session.refresh(), () => session.logout()]) {
      const refused = operation().catch((error: unknown) => toProblem(error).kind);
      await wait(50);
      expect(await refused).toBe('unreachable');
    }
    expect(session.user?.id).toBe(USER.id);

    const restored = new Session();
    void restored.start();
    await wait(50);
    expect(restored.state).toBe('unreachable');
  });

  it.each(['invalid-token', 'token-reused'])('is ended by the problem %s', async (kind) => {
    server.signIn();
    const session = new Session();
    void session.start();
    await wait(50);
    server.between = () => Response.json({ type: `/problems/${kind}`, title: '', status: 401, detail: '' }, { status: 401 });
    void session.refresh();
    await wait(50);
    expect(session.state).toBe('signed-out');
  });

  it('aborts the work for an account when another one, or none, is signed in', async () => {
    const session = new Session();
    void session.start();
    await wait(50);
    const nobody = session.accountSignal;
    void session.login({ email: USER.email, password: 'a password' });
    await wait(50);
    expect(nobody.aborted).toBe(true);
    const ada = session.accountSignal;
    void session.refresh();
    await wait(50);
    session.setUser({ ...USER, role: 'user', name: 'Ada L.' });
    expect(ada.aborted).toBe(false);
    session.ended();
    expect(ada.aborted).toBe(true);
    expect(session.accountSignal.aborted).toBe(false);
  });
});
