// Lists the files that each page of the app needs, so that the server names them in the page's HTML. Without the list, a
// browser learns of a file only when the file that imports it has arrived, which is one round trip later.
import { areasOf, importedFiles, nodesOf, pathOf } from './graph.mjs';

/**
 * Returns the files of each route, without the files that the shell already names. A route without a variable segment comes
 * before the routes with one.
 */
export function preloads(manifest, kit, shell) {
  const texts = (language, areas) => areas.map((area) => manifest[`messages/${language}/${area}.json`].file);
  const languages = new Set(Object.keys(manifest).flatMap((key) => /^messages\/(\w+)\//.exec(key)?.[1] ?? []));

  return kit._.routes
    .filter(({ page }) => page)
    .map((page) => {
      const route = pathOf(page);
      const areas = areasOf(route);
      return {
        route,
        files: [...importedFiles(manifest, nodesOf(manifest, page))].filter((file) => !shell.includes(file)),
        texts: Object.fromEntries([...languages].map((language) => [language, texts(language, areas)])),
      };
    })
    .sort((a, b) => Number(a.route.includes('[')) - Number(b.route.includes('[')));
}
