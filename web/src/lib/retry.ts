/** Options of a repeated call. */
export interface RetryOptions {
  /** Total number of calls, including the first one. */
  attempts?: number;
  /** Upper bound of the first wait, in milliseconds. The bound doubles with each attempt. */
  baseMs?: number;
  /** Upper bound of every wait that the server does not demand, in milliseconds. */
  capMs?: number;
  /** Longest wait that the server may demand by `Retry-After`, in milliseconds. A longer one ends the repetition. */
  patienceMs?: number;
  signal?: AbortSignal | undefined;
  random?: () => number;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  now?: () => number;
}

/** Statuses after which the same request may succeed. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Returns whether the same request may succeed later. */
export function isTransient(status: number): boolean {
  return TRANSIENT.has(status);
}

/** Returns the wait that a `Retry-After` header demands, in milliseconds; `null` if it demands none. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/**
 * Returns the wait after the attempt with the number `attempt` (from 1). The wait is random between 0 and a bound that
 * doubles ("full jitter").
 */
export function backoffMs(attempt: number, baseMs: number, capMs: number, random: () => number = Math.random): number {
  return random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

/** Resolves after a time. Rejects if the signal aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Settles with the result of `work`, or rejects if the signal aborts first. An abort does not stop `work`. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Makes a call until its answer is final, and returns that answer.
 *
 * The caller asserts that the call may be made twice. A failed connection and a transient status are repeated. The wait
 * is at least as long as `Retry-After` demands, plus jitter, so that clients that were refused together do not come
 * back together. After the last attempt, the function returns the last answer, or throws the last error.
 */
export async function repeat(call: () => Promise<Response>, options: RetryOptions = {}): Promise<Response> {
  const {
    attempts = 4,
    baseMs = 300,
    capMs = 8_000,
    patienceMs = 20_000,
    signal,
    random = Math.random,
    sleep: wait = sleep,
    now = Date.now,
  } = options;
  for (let attempt = 1; ; attempt += 1) {
    let pause = backoffMs(attempt, baseMs, capMs, random);
    try {
      const response = await call();
      if (!isTransient(response.status) || attempt >= attempts) return response;
      const asked = retryAfterMs(response.headers.get('retry-after'), now());
      if (asked !== null) {
        if (asked > patienceMs) return response;
        pause += asked;
      }
    } catch (error) {
      if (signal?.aborted || attempt >= attempts) throw error;
    }
    await wait(pause, signal);
  }
}
