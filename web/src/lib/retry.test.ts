import { describe, expect, it } from 'vitest';
import { backoffMs, repeat, retryAfterMs, sleep } from './retry';

function script(...answers: (Response | Error)[]) {
  const waits: number[] = [];
  let calls = 0;
  return {
    waits,
    calls: () => calls,
    call: () => {
      const answer = answers[Math.min(calls, answers.length - 1)];
      calls += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Response);
    },
    options: {
      random: () => 0.5,
      sleep: (ms: number) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
  };
}

const answer = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

describe('repeat', () => {
  it('returns a final answer at once', async () => {
    const s = script(answer(404));
    expect((await repeat(s.call, s.options)).status).toBe(404);
    expect(s.waits).toEqual([]);
  });

  it('repeats after a lost connection and a transient status', async () => {
    const s = script(new TypeError('network'), answer(503), answer(200));
    expect((await repeat(s.call, s.options)).status).toBe(200);
    expect(s.waits).toEqual([150, 300]);
  });

  it('waits at least as long as the server demands', async () => {
    const s = script(answer(429, { 'retry-after': '2' }), answer(200));
    await repeat(s.call, s.options);
    expect(s.waits).toEqual([2_150]);
  });

  it('returns the answer if the server demands too long a wait', async () => {
    const s = script(answer(429, { 'retry-after': '3600' }));
    expect((await repeat(s.call, s.options)).status).toBe(429);
    expect(s.calls()).toBe(1);
  });

  it('ends after the last attempt', async () => {
    const s = script(answer(503));
    expect((await repeat(s.call, { ...s.options, attempts: 3 })).status).toBe(503);
    expect(s.calls()).toBe(3);
    const lost = script(new TypeError('network'));
    await expect(repeat(lost.call, { ...lost.options, attempts: 2 })).rejects.toThrow('network');
    expect(lost.calls()).toBe(2);
  });

  it('ends when it is aborted', async () => {
    const controller = new AbortController();
    const s = script(answer(503));
    const run = repeat(s.call, { signal: controller.signal, sleep, baseMs: 60_000, capMs: 60_000 });
    controller.abort();
    await expect(run).rejects.toThrow();
    expect(s.calls()).toBe(1);
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    const now = Date.UTC(2029, 0, 1);
    expect(retryAfterMs('3')).toBe(3_000);
    expect(retryAfterMs(new Date(now + 5_000).toUTCString(), now)).toBe(5_000);
    expect(retryAfterMs(new Date(now - 5_000).toUTCString(), now)).toBe(0);
    expect(retryAfterMs(null)).toBeNull();
    expect(retryAfterMs('')).toBeNull();
    expect(retryAfterMs('soon')).toBeNull();
  });
});

describe('backoffMs', () => {
  it('doubles its bound up to the cap', () => {
    expect([1, 2, 3, 10].map((n) => backoffMs(n, 100, 1_000, () => 1))).toEqual([100, 200, 400, 1_000]);
  });
});
