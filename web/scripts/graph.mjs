// Reads from Vite's manifest and Kit's list of routes which files a page needs.
import { readFileSync } from 'node:fs';

/** The texts that the layouts below an address load, besides `common`: the list of `src/hooks.client.ts`. */
const AREAS = JSON.parse(readFileSync(new URL('../src/lib/i18n/areas.json', import.meta.url), 'utf8'));

/** Returns the names of the texts that a route needs. */
export function areasOf(route) {
  return ['common', ...(AREAS.find(([start]) => route.startsWith(start))?.[1] ?? [])];
}

/** Returns the path of a route in addresses, with `[name]` for a segment that may be anything. */
export const pathOf = ({ id }) => id.replaceAll(/\/\([^)]*\)/g, '') || '/';

/** Returns the key in the manifest of a layout, page or error page, from its number in Kit's list. */
export function nodeOf(manifest, index) {
  return Object.keys(manifest).find((key) => manifest[key].isEntry && key.endsWith(`/nodes/${index}.js`));
}

/** Returns the keys in the manifest of a page and of its layouts. */
export function nodesOf(manifest, { page }) {
  return [...page.layouts, page.leaf].filter((index) => index !== undefined).map((index) => nodeOf(manifest, index));
}

/** Returns the scripts and style sheets that these entries of the manifest import, and their own. */
export function importedFiles(manifest, keys) {
  const files = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    chunk.imports?.forEach(visit);
  };
  keys.forEach(visit);
  return files;
}
