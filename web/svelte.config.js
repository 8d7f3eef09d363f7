import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // The server sends this one file for every address of the app.
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'app.html', strict: true }),
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
