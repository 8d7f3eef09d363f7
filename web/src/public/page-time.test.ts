import { describe, expect, it } from 'vitest';
import { ServerClock } from '../lib/clock';
import { observePage, pageTime } from './page-time';

const NOW = '2029-05-01T18:00:00Z';
const entry = (description: string, transferSize = 300) => ({
  serverTiming: [
    { name: 'cdn', description: 'hit', duration: 0 },
    { name: 'now', description, duration: 0 },
  ] as unknown as PerformanceServerTiming[],
  transferSize,
  requestStart: 100,
  responseStart: 200,
});

describe('pageTime', () => {
  it('is the time in the header', () => {
    expect(pageTime(entry(NOW))).toBe(Date.parse(NOW));
  });

  it('is not known without the header', () => {
    expect(pageTime(undefined)).toBeNull();
    expect(pageTime({ ...entry(NOW), serverTiming: [] })).toBeNull();
    expect(pageTime(entry('soon'))).toBeNull();
    // Browsers without support do not have the property at all.
    const { serverTiming: _, ...without } = entry(NOW);
    expect(pageTime(without as ReturnType<typeof entry>)).toBeNull();
  });
});

describe('observePage', () => {
  it('sets the clock', () => {
    const clock = new ServerClock();
    observePage(entry(NOW), clock);
    expect(clock.known).toBe(true);
    // The page was requested and received 100 and 200 ms after the start of the page's own time.
    const received = performance.timeOrigin + 150;
    expect(Math.abs(clock.now(received) - Date.parse(NOW) - 500)).toBeLessThanOrEqual(1);
  });

  it('ignores a page from the cache of the browser', () => {
    const clock = new ServerClock();
    observePage(entry(NOW, 0), clock);
    expect(clock.known).toBe(false);
  });
});
