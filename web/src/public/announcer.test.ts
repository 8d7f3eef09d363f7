import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Announcer, QUIET_MS } from './announcer';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('announces the latest number at most every ten seconds, and events at once', () => {
  const read: string[] = [];
  const announcer = new Announcer((text) => read.push(text), Date.now);
  for (let second = 0; second < 25; second += 1) {
    announcer.number(`${second}`);
    if (second === 3) announcer.event('open');
    vi.advanceTimersByTime(1_000);
  }
  expect(read).toEqual(['0', 'open', '9', '19']);
  vi.advanceTimersByTime(QUIET_MS);
  expect(read).toEqual(['0', 'open', '9', '19', '24']);
});
