// Selects the files that the service worker keeps, so that the app and the door start without a connection.

import { nodeOf } from './graph.mjs';

const APP_ROUTES = ['/app/(signed-in)', '/app/(signed-in)/tickets'];
const DOOR_ROUTES = ['/scan', '/scan/[eventId]'];
const APP_AREAS = ['common', 'account', 'tickets'];
const DOOR_AREAS = ['common', 'scan'];

/**
 * Returns lists of files, named by their placeholders in `src/service-worker.ts`, from Vite's manifest and Kit's list
 * of routes. The door's list contains only files that the app's list lacks. The decoder's list contains only files that
 * both other lists lack.
 */
export function offlineFiles(manifest, kit) {
  const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
  const start = entries.filter((key) => !key.includes('/nodes/'));
  const nodes = (ids) =>
    kit._.routes
      .filter(({ id }) => ids.includes(id))
      .flatMap(({ page }) => [...page.layouts, ...page.errors, page.leaf])
      .filter((index) => index !== undefined)
      .map((index) => nodeOf(manifest, index));

  const isDecoder = (key) => key.startsWith('node_modules/zxing-wasm/');
  const closure = (keys, areas) => {
    const seen = new Set();
    const files = new Set();
    const visit = (key) => {
      const chunk = manifest[key];
      if (chunk === undefined || seen.has(key)) return;
      seen.add(key);
      for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) if (!/\.(png|wasm)$/.test(file)) files.add(file);
      chunk.imports?.forEach(visit);
      for (const next of chunk.dynamicImports ?? []) {
        // Each page has its own node, and only browsers without a decoder need the decoder file.
        if (next.includes('/nodes/') || isDecoder(next)) continue;
        if (!next.startsWith('messages/') || areas.includes(next.split('/').at(-1).replace('.json', ''))) visit(next);
      }
    };
    keys.forEach(visit);
    return files;
  };

  const app = closure([...start, ...nodes(APP_ROUTES)], APP_AREAS).add('assets/app.webmanifest').add('assets/icons/icon.svg');
  const door = closure([...start, ...nodes(DOOR_ROUTES)], DOOR_AREAS).add('assets/scan.webmanifest');
  const decoder = closure(Object.keys(manifest).filter((key) => isDecoder(key) && manifest[key].isDynamicEntry), []);
  for (const { assets } of Object.values(manifest)) for (const file of assets ?? []) if (file.endsWith('.wasm')) decoder.add(file);
  const without = (files, ...others) => [...files].filter((file) => !others.some((other) => other.has(file)));
  return {
    __APP_FILES__: [...app],
    __DOOR_FILES__: without(door, app),
    __DECODER_FILES__: without(decoder, app, door),
  };
}
