import type account from '../../../messages/en/account.json';
import type common from '../../../messages/en/common.json';
import type operator from '../../../messages/en/operator.json';
import type organizer from '../../../messages/en/organizer.json';
import type publicPages from '../../../messages/en/public.json';
import type scan from '../../../messages/en/scan.json';
import type tickets from '../../../messages/en/tickets.json';
import { chooseLocale, DEFAULT_LOCALE, directionOf, type Locale, regionalTag } from './locale';
import { formatMessage, type Message, type Params } from './message';

export { LOCALES, type Locale } from './locale';

interface Catalogues {
  account: typeof account;
  common: typeof common;
  operator: typeof operator;
  organizer: typeof organizer;
  public: typeof publicPages;
  scan: typeof scan;
  tickets: typeof tickets;
}

/** The part of the catalogue that a group of pages loads. */
export type Area = keyof Catalogues;

/** The name of a message: `area.key`. A key that is not in the English catalogue does not compile. */
export type MessageKey = { [A in Area]: `${A}.${keyof Catalogues[A] & string}` }[Area];

type Catalogue = Record<string, Message>;

const files = import.meta.glob<Catalogue>('/messages/*/*.json', { import: 'default' });

const STORED = 'em-connect.locale';

let current = $state<Locale>(DEFAULT_LOCALE);
let tag = $state<string>(DEFAULT_LOCALE);
let catalogues = $state.raw<Partial<Record<Area, Catalogue>>>({});
const wanted = new Set<Area>();

async function read(locale: Locale, areas: Iterable<Area>): Promise<Partial<Record<Area, Catalogue>>> {
  const entries = await Promise.all(
    [...areas].map(async (area) => [area, await files[`/messages/${locale}/${area}.json`]?.()] as const),
  );
  return Object.fromEntries(entries);
}

function apply(locale: Locale): void {
  current = locale;
  tag = regionalTag(locale, globalThis.navigator?.languages ?? []);
  document.documentElement.lang = locale;
  document.documentElement.dir = directionOf(locale);
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** Sets the language to the person's stored choice, or to the browser's language. */
export function startLocale(): void {
  apply(chooseLocale(stored(), navigator.languages));
}

/**
 * Loads areas of the catalogue in the present language. A layout's `load` awaits this function for the layout's pages.
 */
export async function loadMessages(...areas: Area[]): Promise<void> {
  const missing = areas.filter((area) => catalogues[area] === undefined);
  for (const area of areas) wanted.add(area);
  if (missing.length === 0) return;
  // Layouts load in any order, so the language may change while this loop loads another language.
  for (let language: Locale | null = null; language !== current; ) {
    language = current;
    const loaded = await read(language, missing);
    if (language === current) catalogues = { ...catalogues, ...loaded };
  }
}

/** Changes the language of the page, and stores the choice. */
export async function setLocale(locale: Locale): Promise<void> {
  catalogues = await read(locale, wanted);
  apply(locale);
  try {
    localStorage.setItem(STORED, locale);
  } catch {
    // Without storage, the choice lasts until the page is closed.
  }
}

/** Returns the present language. */
export function locale(): Locale {
  return current;
}

/** Returns the tag of the present language for `Intl`, with the person's region. */
export function formatTag(): string {
  return tag;
}

export function direction(): 'ltr' | 'rtl' {
  return directionOf(current);
}

/** Returns the text of a message, with its parameters filled in. `count` chooses the plural. */
export function t(key: MessageKey, params: Params = {}): string {
  const dot = key.indexOf('.');
  const message = catalogues[key.slice(0, dot) as Area]?.[key.slice(dot + 1)];
  return message === undefined ? key : formatMessage(message, params, formatTag());
}
