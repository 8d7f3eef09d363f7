/**
 * Clock of the server, estimated from the `Date` header of answers.
 *
 * The header has whole seconds, so one answer bounds the offset to about a second plus the time that the answer took.
 * The clock keeps the intersection of the bounds; an answer that contradicts them starts anew, because one of the
 * two clocks was set.
 */
export class ServerClock {
  #low = -Infinity;
  #high = Infinity;

  /** Takes in an answer of the server itself. A cache's answer has the date of an earlier moment, and changes nothing. */
  observeAnswer(request: Pick<Request, 'method' | 'cache'>, { headers }: Response, sentAt: number, receivedAt: number): void {
    const throughCache =
      (request.method === 'GET' || request.method === 'HEAD') && request.cache !== 'no-store' && request.cache !== 'reload';
    // The browser gives no sign that an answer comes from its cache, but it never keeps one with `no-store`.
    const kept = throughCache && !/\bno-store\b/.test(headers.get('cache-control') ?? '');
    if (!kept && !headers.has('age')) this.observe(headers.get('date'), sentAt, receivedAt);
  }

  /** Takes in an answer: its `Date` header, and the local times of sending and receiving in milliseconds. */
  observe(date: string | null, sentAt: number, receivedAt: number): void {
    const second = date === null ? NaN : Date.parse(date);
    if (Number.isNaN(second) || receivedAt < sentAt) return;
    // The server read its clock between `second` and `second + 1 s`, at a local time between sent and received.
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

  /** Milliseconds to add to the local clock; 0 while no answer was seen. */
  get offset(): number {
    return Number.isFinite(this.#low) ? (this.#low + this.#high) / 2 : 0;
  }

  /** Whether an answer was seen. */
  get known(): boolean {
    return Number.isFinite(this.#low);
  }

  /** The largest offset that the answers allow; 0 while no answer was seen. */
  get latestOffset(): number {
    return Number.isFinite(this.#high) ? this.#high : 0;
  }

  /** Present time of the server, in milliseconds since 1970. */
  now(local: number = Date.now()): number {
    return local + this.offset;
  }
}

/** The clock of the page's own server. */
export const clock = new ServerClock();
