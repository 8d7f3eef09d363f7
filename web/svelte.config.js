import adapter from '@sveltejs/adapter-static';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// `BUILD_NAME=x npm run build` builds into folders of its own, so that two builds and their tests can run at once.
const name = process.env.BUILD_NAME ? `-${process.env.BUILD_NAME}` : '';

/** Hash of all sources: the same sources give the same files, and other sources another version. */
function version() {
  const root = import.meta.dirname;
  const hash = createHash('sha256');
  for (const folder of ['messages', 'src', 'static', 'styles', 'package-lock.json', 'scripts/offline.mjs', 'vite.config.ts']) {
    const entries = folder.includes('.')
      ? [folder]
      : readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
          .sort();
    for (const path of entries) hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // The server sends this one file for every address of the app.
    adapter: adapter({ pages: `build${name}`, assets: `build${name}`, fallback: 'app.html', strict: true }),
    outDir: `.svelte-kit${name}`,
    appDir: 'assets/app',
    paths: { base: '', relative: false },
    alias: { $messages: 'messages', $styles: 'styles' },
    // `src/lib/worker.ts` registers it: Trusted Types refuse a plain string there.
    serviceWorker: { register: false },
    // The server's addresses (`/v1`, `/events`) are no routes of the app.
    prerender: { entries: [] },
    version: { name: version(), pollInterval: 0 },
  },
};
