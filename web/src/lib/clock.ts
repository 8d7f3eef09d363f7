/**
 * The server's clock, estimated from the `Date` header of answers.
 *
 * The header has whole seconds, so one answer bounds the offset to about a second plus the duration of the request. The
 * clock keeps the intersection of the bounds. If an answer contradicts them, one of the two clocks was set, and the
 * clock keeps only the bounds of the new answer.
 */
export class ServerClock {
  #low = -Infinity;
  #high = Infinity;

  /**
   * Updates the offset with an answer of the server itself. An answer from a cache has an older date and changes
   * nothing.
   */
  observeAnswer(request: Pick<Request, 'method' | 'cache'>, { headers }: Response, sentAt: number, receivedAt: number): void {
    const throughCache =
      (request.method === 'GET' || request.method === 'HEAD') && request.cache !== 'no-store' && request.cache !== 'reload';
    // The browser does not mark an answer from its cache, but it never caches an answer with `no-store`.
    const kept = throughCache && !/\bno-store\b/.test(headers.get('cache-control') ?? '');
    if (!kept && !headers.has('age')) this.observe(headers.get('date'), sentAt, receivedAt);
  }

  /**
   * Updates the offset with the `Date` header of an answer, and the local times of sending and receiving in
   * milliseconds.
   */
  observe(date: string | null, sentAt: number, receivedAt: number): void {
    const second = date === null ? NaN : Date.parse(date);
    if (Number.isNaN(second) || receivedAt < sentAt) return;
    // The server read its clock between `second` and `second + 1 s`, at a local time between `sentAt` and `receivedAt`.
    const low = second - receivedAt;
    const high = second + 1000 - sentAt;
    if (low > this.#high || high < this.#low) {
      this.#low = low;
      this.#high = high;
      return;
    }
    this.#low = Math.max(this.#low, low);
    this.#high = Math.min(this.#high, high);
  }

  /** Milliseconds to add to the local clock; 0 until the first answer. */
  get offset(): number {
    return Number.isFinite(this.#low) ? (this.#low + this.#high) / 2 : 0;
  }

  /** Whether the clock has seen an answer. */
  get known(): boolean {
    return Number.isFinite(this.#low);
  }

  /** The largest offset that the answers allow; 0 until the first answer. */
  get latestOffset(): number {
    return Number.isFinite(this.#high) ? this.#high : 0;
  }

  /** Returns the server's present time, in milliseconds since 1970. */
  now(local: number = Date.now()): number {
    return local + this.offset;
  }
}

/** The clock of the page's own server. */
export const clock = new ServerClock();
