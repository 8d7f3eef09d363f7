/** The languages of the app, with their own names. */
export const LOCALES = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español', ar: 'العربية' } as const;

export type Locale = keyof typeof LOCALES;

export const DEFAULT_LOCALE: Locale = 'en';

export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && Object.hasOwn(LOCALES, value);
}

/**
 * Returns the stored language, or else the first language of `wanted` that the app has. The region does not matter:
 * `de-AT` is `de`.
 */
export function chooseLocale(stored: string | null, wanted: readonly string[]): Locale {
  if (isLocale(stored)) return stored;
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0];
    if (isLocale(language)) return language;
  }
  return DEFAULT_LOCALE;
}

/**
 * Returns the tag for dates and numbers: the person's own region of the chosen language (`en-GB`), if the browser names
 * one.
 */
export function regionalTag(locale: Locale, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase() === locale || tag.toLowerCase().startsWith(`${locale}-`)) ?? locale;
}

export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr';
}
