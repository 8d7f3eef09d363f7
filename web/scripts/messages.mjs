// Compares the catalogues: every language has the same messages, parameters and plurals, and every `t('…')` matches
// them.
// The type check finds a key that no catalogue has. This script finds the mistakes that types cannot express.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const REFERENCE = 'en';
const faults = [];

const read = (locale, file) => JSON.parse(readFileSync(join(root, 'messages', locale, file), 'utf8'));
const texts = (message) => (typeof message === 'string' ? [message] : Object.values(message));
const parameters = (message) =>
  new Set(texts(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1])));

/** Returns the plural categories that whole numbers up to a million have in a language. */
function categories(locale) {
  const rules = new Intl.PluralRules(locale);
  const numbers = [...Array(200).keys(), 1_000, 1_000_000];
  return new Set([...numbers.map((n) => rules.select(n)), 'other']);
}

const locales = readdirSync(join(root, 'messages'));
const areas = readdirSync(join(root, 'messages', REFERENCE));
const reference = new Map();

for (const area of areas) {
  const english = read(REFERENCE, area);
  for (const [key, message] of Object.entries(english)) reference.set(`${area.replace('.json', '')}.${key}`, message);
  for (const locale of locales) {
    const where = `messages/${locale}/${area}`;
    let catalogue;
    try {
      catalogue = read(locale, area);
    } catch (error) {
      faults.push(`${where}: ${error.message}`);
      continue;
    }
    for (const key of Object.keys(english)) if (!(key in catalogue)) faults.push(`${where}: ${key} is missing`);
    for (const [key, message] of Object.entries(catalogue)) {
      if (!(key in english)) {
        faults.push(`${where}: ${key} is unknown`);
        continue;
      }
      if (!/^[a-z][A-Za-z0-9]*$/.test(key)) faults.push(`${where}: ${key} is not spelled likeThis`);
      if (texts(message).some((text) => typeof text !== 'string' || text.trim() === '')) faults.push(`${where}: ${key} is empty`);
      if (typeof message !== typeof english[key]) {
        faults.push(`${where}: ${key} has a plural in one language only`);
        continue;
      }
      if (typeof message === 'object') {
        const wanted = categories(locale);
        for (const category of wanted) if (!(category in message)) faults.push(`${where}: ${key} lacks the plural "${category}"`);
        for (const category of Object.keys(message)) if (!wanted.has(category)) faults.push(`${where}: ${key} has no use for "${category}"`);
      }
      const own = parameters(message);
      const expected = parameters(english[key]);
      for (const name of expected) if (!own.has(name)) faults.push(`${where}: ${key} lacks {${name}}`);
      for (const name of own) if (!expected.has(name)) faults.push(`${where}: ${key} has {${name}}, which English has not`);
    }
  }
}

/** Returns the object literal that starts at `start`, or an empty text if no literal starts there. */
function literal(source, start) {
  let depth = 0;
  for (let index = start; index < source.length; index += 1) {
    if (source[index] === '{') depth += 1;
    if (source[index] === '}') depth -= 1;
    if (depth === 0) return source.slice(start, index + 1);
  }
  return '';
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name) ? [path] : [];
  });
}

for (const path of sources(join(root, 'src'))) {
  const source = readFileSync(path, 'utf8');
  for (const match of source.matchAll(/\bt\(\s*'([a-z]+\.\w+)'\s*(,\s*(\{)?|\))/g)) {
    const message = reference.get(match[1]);
    if (message === undefined) continue;
    const needed = new Set(parameters(message));
    if (typeof message === 'object') needed.add('count');
    const where = `${path.slice(root.length)}: t('${match[1]}')`;
    if (match[2] === ')') {
      if (needed.size > 0) faults.push(`${where} needs ${[...needed].join(', ')}`);
    } else if (match[3]) {
      const object = literal(source, match.index + match[0].length - 1);
      if (object.includes('...')) continue;
      for (const name of needed) if (!new RegExp(`\\b${name}\\b`).test(object)) faults.push(`${where} needs ${name}`);
    }
  }
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`${reference.size} messages in ${locales.length} languages`);
