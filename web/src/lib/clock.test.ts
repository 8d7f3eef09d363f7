import { describe, expect, it } from 'vitest';
import { ServerClock } from './clock';

const AT = Date.UTC(2029, 4, 1, 18, 0, 0);
const header = (time: number) => new Date(Math.floor(time / 1000) * 1000).toUTCString();

describe('ServerClock', () => {
  it('has no offset before an answer', () => {
    const clock = new ServerClock();
    expect(clock.known).toBe(false);
    expect(clock.now(AT)).toBe(AT);
  });

  it('narrows the offset with each answer', () => {
    const clock = new ServerClock();
    const ahead = 90_300;
    for (let step = 0; step < 20; step += 1) {
      const sent = AT + step * 1_370;
      clock.observe(header(sent + 20 + ahead), sent, sent + 40);
    }
    expect(Math.abs(clock.offset - ahead)).toBeLessThan(100);
  });

  it('has a latest offset that is not below the true offset', () => {
    const clock = new ServerClock();
    expect(clock.latestOffset).toBe(0);
    for (const ahead of [-400, 0, 999, 90_300]) {
      const other = new ServerClock();
      for (let step = 0; step < 20; step += 1) {
        const sent = AT + step * 1_370;
        other.observe(header(sent + 20 + ahead), sent, sent + 40);
        expect(other.latestOffset).toBeGreaterThanOrEqual(ahead);
      }
      expect(other.latestOffset - ahead).toBeLessThan(200);
    }
  });

  it('discards the old bounds after a clock was set', () => {
    const clock = new ServerClock();
    clock.observe(header(AT), AT, AT + 10);
    clock.observe(header(AT + 3_600_000), AT, AT + 10);
    expect(Math.abs(clock.offset - 3_600_000)).toBeLessThan(1_100);
  });

  it('ignores an answer without a date', () => {
    const clock = new ServerClock();
    clock.observe(null, AT, AT + 10);
    clock.observe('soon', AT, AT + 10);
    expect(clock.known).toBe(false);
  });

  describe('with an answer', () => {
    const cached = { 'cache-control': 'public, max-age=1' };
    const GET = { method: 'GET', cache: 'default' } as const;
    const observed = (request: Pick<Request, 'method' | 'cache'>, headers: Record<string, string>) => {
      const clock = new ServerClock();
      clock.observe(header(AT), AT, AT + 10);
      const before = clock.offset;
      const answer = new Response(null, { headers: { date: header(AT - 60_000), ...headers } });
      clock.observeAnswer(request, answer, AT + 20, AT + 30);
      return clock.offset !== before;
    };

    it('uses answers of the server itself', () => {
      expect(observed(GET, { 'cache-control': 'no-store' })).toBe(true);
      expect(observed({ ...GET, cache: 'no-store' }, cached)).toBe(true);
      expect(observed({ ...GET, method: 'POST' }, {})).toBe(true);
    });

    it('ignores answers of a cache between browser and server', () => {
      expect(observed({ ...GET, cache: 'no-store' }, { ...cached, age: '60' })).toBe(false);
      expect(observed({ ...GET, method: 'POST' }, { age: '0' })).toBe(false);
    });

    it('ignores answers that may come from the browser’s cache', () => {
      expect(observed(GET, cached)).toBe(false);
      expect(observed({ ...GET, cache: 'no-cache' }, {})).toBe(false);
    });
  });
});
