import { kept } from '../lib/i18n/kept';
import { DEFAULT_LOCALE, isLocale, type Locale, regionalTag } from '../lib/i18n/locale';

/** Returns the language in which the server has rendered the page. */
export function pageLocale(): Locale {
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : DEFAULT_LOCALE;
}

/** Returns the tag of a language such that formats of `Intl` write the same digits as the server. */
export function withDigits(tag: string): string {
  return tag.startsWith('ar') ? `${tag}-u-nu-latn` : tag;
}

/** Returns a time, or a period from start to end, in a zone, with its date and the zone's name. */
export function moment(start: Date, end: Date | null, timeZone: string): string {
  const format = kept(`moment ${timeZone}`, () =>
    new Intl.DateTimeFormat(withDigits(regionalTag(pageLocale(), navigator.languages)), {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
      timeZoneName: 'short',
    }),
  );
  return end === null ? format.format(start) : format.formatRange(start, end);
}
