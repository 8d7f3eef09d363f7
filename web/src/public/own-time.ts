import { find, make } from './dom';
import { moment, t } from './texts';

const sameClock = (at: Date, zone: string, other: string) => {
  const show = (timeZone: string) =>
    new Intl.DateTimeFormat('en', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at);
  return show(zone) === show(other);
};

/**
 * Returns the zone of an event, from the page's data or from the text of the event's times (`Europe/Lisbon
 * (UTC+00:00)`).
 */
export function zoneOf(root: HTMLElement): string {
  const named = root.dataset['zone'] ?? find(root, 'bdi')?.textContent ?? '';
  return /^[A-Za-z][\w+/-]*/.exec(named.trim())?.[0] ?? '';
}

/** Adds the visitor's own time below each time of an event, if the two differ. */
export function addOwnTimes(root: HTMLElement): void {
  const zone = zoneOf(root);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const groups = new Map<Element, HTMLTimeElement[]>();
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-local]')) {
    const parent = time.parentElement;
    if (parent !== null && parent.closest('noscript') === null) groups.set(parent, [...(groups.get(parent) ?? []), time]);
  }
  for (const [parent, [start, end]] of groups) {
    if (start === undefined || find(parent, '.own-time') !== null) continue;
    const at = new Date(start.dateTime);
    try {
      if (Number.isNaN(at.getTime()) || sameClock(at, zone, own)) continue;
      const text = t('scriptOwnTime', { time: moment(at, end === undefined ? null : new Date(end.dateTime), own) });
      parent.append(make('span', 'own-time small muted', text));
    } catch {
      // If the browser does not support the zone, the page shows only the event's own time.
    }
  }
}
