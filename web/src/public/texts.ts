import type english from '../../messages/en/public.json';
import { kept, numberFormat } from '../lib/i18n/kept';
import type { Locale } from '../lib/i18n/locale';
import { formatMessage, type Message, type Params } from '../lib/i18n/message';
import { withDigits } from './dates';

/**
 * Keys of the texts that this script uses: its own texts, and the texts of states that change while a page is open. The
 * build leaves out all others.
 */
export type TextKey = Extract<keyof typeof english, `script${string}` | `action${string}` | `badge${string}` | `countsLeft`>;

const files = import.meta.glob<Record<string, Message>>('../../messages/*/public.json', { import: 'default' });

let texts: Record<string, Message> = {};
let numbers = 'en';

/** Loads the texts in one language. */
export async function loadTexts(locale: Locale): Promise<void> {
  numbers = withDigits(locale);
  texts = (await files[`../../messages/${locale}/public.json`]?.()) ?? {};
}

export function t(key: TextKey, params: Params = {}): string {
  const message = texts[key];
  return message === undefined ? '' : formatMessage(message, params, numbers);
}

export function number(value: number): string {
  return numberFormat(numbers).format(value);
}

/** Returns a number with at least two digits, for a countdown. */
export function digits(value: number): string {
  return numberFormat(numbers, { minimumIntegerDigits: 2 }).format(value);
}

type Unit = 'day' | 'hour' | 'minute' | 'second';

const UNITS: [Unit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** Returns a unit without its number: "minutes". */
export function unitName(unit: Unit, value: number): string {
  return numberFormat(numbers, { style: 'unit', unit, unitDisplay: 'long' })
    .formatToParts(value)
    .filter(({ type }) => type === 'unit')
    .map((part) => part.value.trim())
    .join(' ');
}

/** Returns a length of time in its largest unit: "3 minutes". */
export function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ['second' as const, 1_000];
  return numberFormat(numbers, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(ms / size));
}

/** Returns a length of time as an age: "4 seconds ago". */
export function age(ms: number): string {
  const format = kept(`distance ${numbers}`, () => new Intl.RelativeTimeFormat(numbers, { numeric: 'auto' }));
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ['second' as const, 1_000];
  return format.format(-Math.floor(Math.max(0, ms) / size), unit);
}
