import { clock } from '../lib/clock';

type Navigation = Pick<
  PerformanceNavigationTiming,
  'serverTiming' | 'transferSize' | 'requestStart' | 'responseStart'
>;

function navigation(): Navigation | undefined {
  return (performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])[0];
}

/** Returns the text of the entry `now` of the header `Server-Timing`; `null` if the browser does not show the header. */
function now(entry: Navigation | undefined): string | null {
  const timings: readonly PerformanceServerTiming[] = entry?.serverTiming ?? [];
  return timings.find(({ name }) => name === 'now')?.description ?? null;
}

/**
 * Returns the server's time when it made this page, in milliseconds; `null` if it is not known. The time is in a header
 * and not in the page, so that an unchanged page stays the same for caches.
 */
export function pageTime(entry: Navigation | undefined = navigation()): number | null {
  const time = Date.parse(now(entry) ?? '');
  return Number.isNaN(time) ? null : time;
}

/**
 * Sets the clock by the server's time of this page. A page from the browser's own cache has an old time and changes
 * nothing. A page from a cache in between may be a second old, and an answer of the API corrects the clock.
 */
export function observePage(entry: Navigation | undefined = navigation(), target = clock): void {
  if (entry === undefined || entry.transferSize === 0) return;
  const { timeOrigin } = performance;
  target.observe(now(entry), timeOrigin + entry.requestStart, timeOrigin + entry.responseStart);
}
