import { ProblemError, readProblem, toProblem } from './api/problem';
import type { components } from './api/schema';
import { clock } from './clock';
import { retryAfterMs } from './retry';

export type User = components['schemas']['User'];

/** `unreachable`: whether somebody is signed in is unknown, because the server does not answer. */
export type SessionState = 'restoring' | 'signed-in' | 'signed-out' | 'unreachable';

/** Answer of the browser's endpoints for signing in. */
interface SessionAnswer {
  user: User;
  accessToken: string;
  tokenType: string;
  expiresIn: number;
}

type Message = { kind: 'session'; user: User; token: string; expiresAt: number } | { kind: 'user'; user: User } | { kind: 'ended' };

const LOCK = 'em-connect.session';
const CHANNEL = 'em-connect.session';
/** A token is replaced this long before it expires, so that no request meets an expired one. */
const AHEAD_MS = 60_000;
/** An operation without an answer after this time counts as lost. The server answers a repeated refresh for 30 s. */
const TIMEOUT_MS = 8_000;
/** Problems by which the server says that the cookie stands for no session. */
const ENDED: ReadonlySet<string> = new Set(['invalid-token', 'token-reused']);

/**
 * Session of the browser, shared by its tabs.
 *
 * The refresh token is a cookie that no script can read; the access token is in memory only. Each refresh makes the
 * cookie's former value worthless, so tabs refresh one after the other, under a lock, and give each other the result.
 */
export class Session {
  #state: SessionState = 'restoring';
  #user: User | null = null;
  #token: string | null = null;
  #expiresAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshing: Promise<string | null> | null = null;
  #failures = 0;
  #started = false;
  #channel: BroadcastChannel | null = null;
  #account = new AbortController();
  readonly #listeners = new Set<() => void>();
  #settle: () => void = () => {};

  /** Resolves when restoring has ended, in whatever state. */
  readonly ready: Promise<void> = new Promise((resolve) => {
    this.#settle = resolve;
  });

  get state(): SessionState {
    return this.#state;
  }

  get user(): User | null {
    return this.#user;
  }

  /**
   * Signal that aborts when another account, or none, is signed in.
   * Work for the present account takes it first, and drops its result when it has aborted.
   */
  get accountSignal(): AbortSignal {
    return this.#account.signal;
  }

  /** Calls a listener after each change; returns a function that ends this. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Restores the session once for the life of the page. */
  start(): Promise<void> {
    if (!this.#started) {
      this.#started = true;
      this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);
      this.#channel?.addEventListener('message', (event: MessageEvent<Message>) => this.#receive(event.data));
      globalThis.addEventListener?.('online', () => this.#wake());
      globalThis.document?.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') this.#wake();
      });
      this.refresh().catch(() => {});
    }
    return this.ready;
  }

  /** Returns a token that is valid for some seconds more, or `null` if nobody is signed in. */
  async token(): Promise<string | null> {
    await this.ready;
    if (this.#token === null && this.#state !== 'unreachable') return null;
    if (this.#token !== null && this.#expiresAt - Date.now() > 5_000) return this.#token;
    return this.refresh();
  }

  async login(credentials: { email: string; password: string }): Promise<User> {
    return this.#enter('login', credentials);
  }

  async register(person: { email: string; password: string; name: string }): Promise<User> {
    return this.#enter('register', person);
  }

  /** Ends the session here, in the other tabs and on the server. Rejects if the server does not answer. */
  async logout(): Promise<void> {
    await withLock(async () => {
      const response = await post('logout');
      if (response.ok) return;
      const refused = await problemOf(response);
      if (!hasEnded(refused)) throw refused;
    });
    this.#end();
    this.#channel?.postMessage({ kind: 'ended' } satisfies Message);
  }

  /** Ends the session in all tabs without a request: the server has ended it already. */
  ended(): void {
    this.#end();
    this.#channel?.postMessage({ kind: 'ended' } satisfies Message);
  }

  /** Replaces the account, after it was changed. */
  setUser(user: User): void {
    this.#become(this.#state, user);
    this.#channel?.postMessage({ kind: 'user', user } satisfies Message);
  }

  /**
   * Gets another access token, and returns it; `null` if the session has ended.
   * Rejects if the server does not answer; the session stays as it is then.
   */
  refresh(): Promise<string | null> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<string | null> {
    const former = this.#token;
    try {
      const token = await withLock(async (waited) => {
        // Another tab held the lock: its result may still be on its way.
        if (waited) await new Promise((resolve) => setTimeout(resolve, 80));
        if (this.#token !== null && this.#token !== former) return this.#token;
        const response = await post('refresh');
        if (response.ok) return this.#adopt((await response.json()) as SessionAnswer);
        const refused = await problemOf(response);
        if (!hasEnded(refused)) throw refused;
        this.ended();
        return null;
      });
      this.#failures = 0;
      return token;
    } catch (error) {
      this.#failures += 1;
      if (this.#state === 'restoring') this.#become('unreachable', null);
      const bound = Math.min(60_000, 2_000 * 2 ** this.#failures);
      this.#schedule(bound / 2 + (Math.random() * bound) / 2);
      throw error;
    }
  }

  async #enter(action: 'login' | 'register', body: object): Promise<User> {
    return withLock(async () => {
      const response = await post(action, body);
      if (!response.ok) throw await problemOf(response);
      const answer = (await response.json()) as SessionAnswer;
      this.#adopt(answer);
      return answer.user;
    });
  }

  #adopt(answer: SessionAnswer): string {
    this.#set(answer.user, answer.accessToken, Date.now() + answer.expiresIn * 1000);
    this.#channel?.postMessage({
      kind: 'session',
      user: answer.user,
      token: answer.accessToken,
      expiresAt: this.#expiresAt,
    } satisfies Message);
    return answer.accessToken;
  }

  #set(user: User, token: string, expiresAt: number): void {
    this.#token = token;
    this.#expiresAt = expiresAt;
    // Tabs differ by some seconds, so that usually one of them refreshes for all.
    this.#schedule(Math.max(1_000, expiresAt - Date.now() - AHEAD_MS - Math.random() * 30_000));
    this.#become('signed-in', user);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#token = null;
    this.#expiresAt = 0;
    this.#become('signed-out', null);
  }

  #receive(message: Message): void {
    if (message.kind === 'session') this.#set(message.user, message.token, message.expiresAt);
    else if (message.kind === 'ended') this.#end();
    else if (this.#user?.id === message.user.id) this.#become(this.#state, message.user);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wake(), ms);
  }

  /** Refreshes if it is due. A hidden page waits until somebody sees it. */
  #wake(): void {
    if (globalThis.document?.visibilityState === 'hidden') return;
    const due = this.#token !== null && this.#expiresAt - Date.now() < AHEAD_MS + 30_000;
    if (due || this.#state === 'unreachable') this.refresh().catch(() => {});
  }

  #become(state: SessionState, user: User | null): void {
    const former = this.#account;
    const changed = user?.id !== this.#user?.id;
    if (changed) this.#account = new AbortController();
    this.#state = state;
    this.#user = user;
    this.#settle();
    if (changed) former.abort();
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

async function post(action: string, body?: object): Promise<Response> {
  const sentAt = Date.now();
  const request = { method: 'POST', cache: 'no-store' } as const;
  const response = await fetch(`/v1/auth/browser/${action}`, {
    ...request,
    credentials: 'same-origin',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  clock.observeAnswer(request, response, sentAt, Date.now());
  return response;
}

/** Reads why an operation of the session was refused. A 401 that names no reason of this server comes from something between. */
async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = readProblem(body, response.status, retryAfterMs(response.headers.get('retry-after')));
  const known = response.status !== 401 || problem.kind === 'invalid-credentials' || ENDED.has(problem.kind);
  return new ProblemError(known ? problem : { ...problem, kind: 'unreachable' });
}

function hasEnded({ problem }: ProblemError): boolean {
  return ENDED.has(problem.kind);
}

/** Runs work while no other tab does; `waited` tells it whether one did before. */
async function withLock<T>(work: (waited: boolean) => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return work(false);
  const free = await locks.request(LOCK, { ifAvailable: true }, async (lock) =>
    lock === null ? null : { value: await work(false) },
  );
  if (free !== null) return free.value;
  const held = await locks.request(LOCK, async () => ({ value: await work(true) }));
  return held.value;
}

/** Returns whether an error says that the server cannot be reached. */
export function isUnreachable(error: unknown): boolean {
  return toProblem(error).kind === 'unreachable';
}

/** The session of this page. */
export const session = new Session();
