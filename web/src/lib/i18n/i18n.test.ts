import { describe, expect, it } from 'vitest';
import { chooseLocale, directionOf, regionalTag } from './locale';
import { formatMessage } from './message';

describe('chooseLocale', () => {
  it('prefers the stored choice, then the browser, then English', () => {
    expect(chooseLocale('fr', ['de'])).toBe('fr');
    expect(chooseLocale('xx', ['pt-BR', 'de-AT', 'en'])).toBe('de');
    expect(chooseLocale(null, ['pt'])).toBe('en');
    expect(chooseLocale('toString', [])).toBe('en');
  });

  it('keeps the region of the chosen language', () => {
    expect(regionalTag('en', ['de-AT', 'en-GB', 'en'])).toBe('en-GB');
    expect(regionalTag('fr', ['de-AT'])).toBe('fr');
  });

  it('returns the direction of a language', () => {
    expect(directionOf('ar')).toBe('rtl');
    expect(directionOf('de')).toBe('ltr');
  });
});

describe('formatMessage', () => {
  it('fills parameters and leaves unknown ones', () => {
    expect(formatMessage('{a} of {b}', { a: 1234, b: 'x' }, 'de')).toBe('1.234 of x');
    expect(formatMessage('{a}', {}, 'en')).toBe('{a}');
  });

  it('chooses the plural of the language', () => {
    const en = { one: '{count} seat', other: '{count} seats' };
    expect(formatMessage(en, { count: 1 }, 'en')).toBe('1 seat');
    expect(formatMessage(en, { count: 0 }, 'en')).toBe('0 seats');
    const ar = { zero: 'z', one: 'o', two: 't', few: 'f', many: 'm', other: 'x' };
    expect([0, 1, 2, 3, 11, 100].map((count) => formatMessage(ar, { count }, 'ar')).join('')).toBe('zotfmx');
    expect(formatMessage({ other: 'all' }, { count: 5 }, 'fr')).toBe('all');
  });

  it('does not replace placeholders in values', () => {
    expect(formatMessage('{a}', { a: '{b}', b: 'secret' }, 'en')).toBe('{b}');
  });
});
