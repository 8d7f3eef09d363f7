import adapter from '@sveltejs/adapter-static';

// `BUILD_NAME=x npm run build` builds into folders of its own, so that two builds and their tests can run at once.
const name = process.env.BUILD_NAME ? `-${process.env.BUILD_NAME}` : '';

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
    version: { pollInterval: 0 },
  },
};
