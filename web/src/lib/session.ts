import { ProblemError, readProblem, toProblem } from './api/problem';
import type { components } from './api/schema';
import { clock } from './clock';
import { retryAfterMs } from './retry';

export type User = components['schemas']['User'];

/** State of the session. `unreachable`: the server does not answer, so it is unknown whether a person is signed in. */
export type SessionState = 'restoring' | 'signed-in' | 'signed-out' | 'unreachable';

/** An answer of the browser's endpoints for signing in. */
interface SessionAnswer {
  user: User;
  accessToken: string;
  tokenType: string;
  expiresIn: number;
}

type Message = { kind: 'session'; user: User; token: string; expiresAt: number } | { kind: 'user'; user: User } | { kind: 'ended' };

const LOCK = 'em-connect.session';
const CHANNEL = 'em-connect.session';
/** Time before a token's expiry at which the token is replaced, so that no request carries an expired token. */
const AHEAD_MS = 60_000;
/** Time after which an operation without an answer counts as lost. The server accepts a repeated refresh for 30 s. */
const TIMEOUT_MS = 8_000;
/** Kinds of problems which mean that the cookie belongs to no session. */
const ENDED: ReadonlySet<string> = new Set(['invalid-token', 'token-reused']);

/**
 * The browser's session, which its tabs share.
 *
 * The refresh token is a cookie that no script can read. The access token is only in memory. Each refresh makes the
 * cookie's former value invalid, so the tabs refresh one after the other, under a lock, and share the result.
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

  /** Resolves when the attempt to restore the session has ended, in any state. */
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
   * A signal that aborts when another account, or none, is signed in.
   * Work for the present account gets the signal at its start, and drops its result if the signal has aborted.
   */
  get accountSignal(): AbortSignal {
    return this.#account.signal;
  }

  /** Registers a listener that runs after each change. Returns a function that removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Restores the session. Only the first call has an effect. */
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

  /** Returns a token that is valid for more than five seconds, or `null` if nobody is signed in. */
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

  /** Ends the session in all tabs without a request, because the server has already ended it. */
  ended(): void {
    this.#end();
    this.#channel?.postMessage({ kind: 'ended' } satisfies Message);
  }

  /** Replaces the account's data after a change of the account. */
  setUser(user: User): void {
    this.#become(this.#state, user);
    this.#channel?.postMessage({ kind: 'user', user } satisfies Message);
  }

  /**
   * Gets a new access token, and returns it. Returns `null` if the session has ended.
   * Rejects if the server does not answer. The session then stays as it is.
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
        // Another tab held the lock, and its message with the new token may not have arrived yet.
        if (waited) await new Promise((resolve) => setTimeout(resolve, 80));
        if (this.#token !== null && this.#token !== former) return this.#token;
        const response = await post('refresh');
        if (response.status === 204) {
          this.ended();
          return null;
        }
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
    // The random part differs from tab to tab, so that usually one tab refreshes for all.
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

  /**
   * Refreshes the token if it expires soon, or if the server was unreachable. A hidden page waits until it is visible.
   */
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
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      // Without a session, the answer is 204 instead of 401, which the browser would log as an error.
      ...(action === 'refresh' ? { 'session-optional': 'true' } : {}),
    },
  });
  clock.observeAnswer(request, response, sentAt, Date.now());
  return response;
}

/**
 * Reads the reason for which an operation of the session was refused. A 401 without one of this server's reasons comes
 * from a proxy between browser and server.
 */
async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = readProblem(body, response.status, retryAfterMs(response.headers.get('retry-after')));
  const known = response.status !== 401 || problem.kind === 'invalid-credentials' || ENDED.has(problem.kind);
  return new ProblemError(known ? problem : { ...problem, kind: 'unreachable' });
}

function hasEnded({ problem }: ProblemError): boolean {
  return ENDED.has(problem.kind);
}

/** Runs `work` while no other tab runs its work. `waited` is true if another tab held the lock before. */
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

/** Returns whether an error means that the server cannot be reached. */
export function isUnreachable(error: unknown): boolean {
  return toProblem(error).kind === 'unreachable';
}

/** The session of this page. */
export const session = new Session();
