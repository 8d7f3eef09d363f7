// The script that adds the visitor's own time below each time of an event. The page runs it before it shows what follows the
// times: added later, the lines would move what the visitor reads already.
import { moment } from './dates';
import { find, make } from './dom';

const sameClock = (at: Date, zone: string, other: string) => {
  const show = (timeZone: string) =>
    new Intl.DateTimeFormat('en', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at);
  return show(zone) === show(other);
};

/** Adds the visitor's own time to each group of times that has none yet, if the clocks of the two zones differ. */
function addOwnTimes(root: HTMLElement): void {
  const { zone = '', ownTime = '' } = root.dataset;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const parent of new Set([...root.querySelectorAll('time[data-local]')].map((time) => time.parentElement))) {
    const [start, end] = parent?.querySelectorAll<HTMLTimeElement>('time[data-local]') ?? [];
    if (parent === null || start === undefined || find(parent, '.own-time') !== null) continue;
    const at = new Date(start.dateTime);
    try {
      if (sameClock(at, zone, own)) continue;
      const text = moment(at, end === undefined ? null : new Date(end.dateTime), own);
      parent.append(make('span', 'own-time small muted', ownTime.replace('{time}', () => text)));
    } catch {
      // If the browser does not support the zone, the page shows only the event's own time.
    }
  }
}

const root = document.currentScript?.closest<HTMLElement>('[data-own-time]');
if (root) {
  addOwnTimes(root);
  document.addEventListener('DOMContentLoaded', () => addOwnTimes(root));
}
