import { formatTag } from './i18n/index.svelte';
import { kept, numberFormat } from './i18n/kept';

// Every function reads the present language, so markup that calls the function is updated when the language changes.

function dateFormat(options: Intl.DateTimeFormatOptions, language = formatTag()): Intl.DateTimeFormat {
  return kept(`date ${language} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(language, options));
}

/** Returns the time zone of the visitor's device. */
export function ownZone(): string {
  return kept('zone', () => Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** Returns a moment with its date, time and zone: "Tuesday, 1 May 2029 at 20:00 CEST". */
export function dateTime(iso: string | number, zone: string = ownZone()): string {
  return dateFormat({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).format(new Date(iso));
}

/** Returns a moment in few characters, with its zone: "1 May 2029, 20:00 CEST". */
export function shortDateTime(iso: string | number, zone: string = ownZone()): string {
  return dateFormat({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).format(new Date(iso));
}

/** Returns a time of day with seconds and zone, as the door shows it: "14:02:31 CEST". */
export function timeOfDay(iso: string | number, zone: string = ownZone()): string {
  return dateFormat({
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).format(new Date(iso));
}

/** Returns the time from start to end, with the zone. The date appears once if both times are on the same day. */
export function dateTimeRange(start: string, end: string, zone: string = ownZone()): string {
  return dateFormat({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).formatRange(new Date(start), new Date(end));
}

/**
 * Returns whether clocks in both zones show the same time at a moment. If they do, one of the two times need not be
 * shown.
 */
export function sameClock(iso: string, zone: string, other: string = ownZone()): boolean {
  const show = (timeZone: string) =>
    dateFormat({ dateStyle: 'short', timeStyle: 'short', timeZone }, 'en').format(new Date(iso));
  return show(zone) === show(other);
}

export function number(value: number): string {
  return numberFormat(formatTag()).format(value);
}

export function percent(share: number): string {
  return numberFormat(formatTag(), { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** Returns the distance of a moment from now: "4 seconds ago", "in 3 days". */
export function relative(at: string | number, now: number = Date.now()): string {
  const distance = new Date(at).getTime() - now;
  const language = formatTag();
  const format = kept(`distance ${language}`, () => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  for (const [unit, size] of UNITS) {
    if (Math.abs(distance) >= size) return format.format(Math.round(distance / size), unit);
  }
  return format.format(Math.round(distance / 1000), 'second');
}

/** Returns a length of time in its largest unit: "3 minutes". */
export function duration(ms: number): string {
  for (const [unit, size] of UNITS) {
    if (ms >= size) {
      return numberFormat(formatTag(), { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(ms / size));
    }
  }
  return numberFormat(formatTag(), { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(Math.ceil(ms / 1000));
}
