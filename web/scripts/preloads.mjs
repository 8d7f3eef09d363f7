// Lists the files that each page of the app needs, so that the server names them in the page's HTML. Without the list, a
// browser learns of a file only when the file that imports it has arrived, which is one round trip later.
import { readFileSync } from 'node:fs';

/** The texts that the layouts below an address load, besides `common`: the list of `src/hooks.client.ts`. */
const AREAS = JSON.parse(readFileSync(new URL('../src/lib/i18n/areas.json', import.meta.url), 'utf8'));

/**
 * Returns the files of each route, without the files that the shell already names, from Vite's manifest and Kit's list of
 * routes. A route is the path with `[name]` for a segment that may be anything. A route without such a segment comes before
 * the routes with one.
 */
export function preloads(manifest, kit, shell) {
  const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
  const closure = (key, seen) => {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(chunk.file)) return;
    seen.add(chunk.file);
    for (const css of chunk.css ?? []) seen.add(css);
    for (const next of chunk.imports ?? []) closure(next, seen);
  };
  const texts = (language, areas) => areas.map((area) => manifest[`messages/${language}/${area}.json`].file);
  const languages = new Set(Object.keys(manifest).flatMap((key) => /^messages\/(\w+)\//.exec(key)?.[1] ?? []));

  return kit._.routes
    .filter(({ page }) => page)
    .map(({ id, page }) => {
      const seen = new Set();
      for (const index of [...page.layouts, page.leaf]) {
        if (index !== undefined) closure(entries.find((key) => key.endsWith(`/nodes/${index}.js`)), seen);
      }
      const route = id.replaceAll(/\/\([^)]*\)/g, '') || '/';
      const areas = ['common', ...(AREAS.find(([start]) => route.startsWith(start))?.[1] ?? [])];
      return {
        route,
        files: [...seen].filter((file) => !shell.includes(file)),
        texts: Object.fromEntries([...languages].map((language) => [language, texts(language, areas)])),
      };
    })
    .sort((a, b) => (a.route.includes('[') ? 1 : 0) - (b.route.includes('[') ? 1 : 0));
}
