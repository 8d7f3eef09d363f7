/** A local time without a zone, in the format of a `datetime-local` control: `2029-05-01T20:00`. */
export type LocalTime = string;

/** The meaning of a local time in a zone. */
export type Meaning =
  | { kind: 'once'; at: number }
  /** Clocks go back, so the time occurs twice. */
  | { kind: 'twice'; first: number; second: number }
  /** Clocks go forward over this time, so it does not exist. */
  | { kind: 'never' }
  | { kind: 'unreadable' };

const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns whether the browser supports a time zone. */
export function isZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

function format(zone: string): Intl.DateTimeFormat {
  let known = formats.get(zone);
  if (known === undefined) {
    known = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, known);
  }
  return known;
}

/** Returns the milliseconds by which clocks in a zone are ahead of UTC at a moment. */
export function offsetAt(at: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  return shown - Math.floor(at / 1000) * 1000;
}

/** Returns the local time of a moment in a zone, to the minute. */
export function localTime(iso: string | number, zone: string): LocalTime {
  const at = new Date(iso).getTime();
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16);
}

/** Returns the moments at which clocks in a zone show a local time. */
export function meaningOf(local: LocalTime, zone: string): Meaning {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(local)) return { kind: 'unreadable' };
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc) || !isZone(zone)) return { kind: 'unreadable' };
  // No zone changes its clocks twice within two days, so the offset is one of these.
  const offsets = new Set([offsetAt(asUtc - DAY, zone), offsetAt(asUtc + DAY, zone), offsetAt(asUtc, zone)]);
  const moments = [...offsets]
    .map((offset) => asUtc - offset)
    .filter((at) => at + offsetAt(at, zone) === asUtc)
    .sort((a, b) => a - b);
  const [first, second] = moments;
  if (first === undefined) return { kind: 'never' };
  return second === undefined ? { kind: 'once', at: first } : { kind: 'twice', first, second };
}

/**
 * Returns the moment of a local time, or `null` if there is none. `later` chooses the second moment of a time that
 * occurs twice.
 */
export function instantOf(local: LocalTime, zone: string, later = false): string | null {
  const meaning = meaningOf(local, zone);
  if (meaning.kind === 'once') return new Date(meaning.at).toISOString();
  if (meaning.kind === 'twice') return new Date(later ? meaning.second : meaning.first).toISOString();
  return null;
}

/** Returns the time zones to choose from: the person's own zone first, then all zones that the browser supports. */
export function zones(own: string, chosen: string): string[] {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  return [...new Set([own, chosen, 'UTC', ...known])].filter((zone) => zone !== '');
}
