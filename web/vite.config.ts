import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const server = process.env['EM_CONNECT_URL'] ?? 'http://127.0.0.1:8080';

/** Kit's announcer of pages has a style attribute, which the content security policy refuses. */
function withoutInlineStyle(): Plugin {
  return {
    name: 'em-connect:without-inline-style',
    enforce: 'pre',
    transform(code, id) {
      if (!/generated[\\/]root\.svelte$/.test(id)) return null;
      return code.replace(/ style="[^"]*"/g, ' class="visually-hidden"');
    },
  };
}

/** A module that this many of the app's pages need is in the chunk that all pages load, because each file costs time. */
const SHARED_BY = 24;

export default defineConfig({
  plugins: [withoutInlineStyle(), sveltekit()],
  build: { manifest: true, target: 'es2022', assetsInlineLimit: 0 },
  environments: {
    client: {
      build: { rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: SHARED_BY }] } } } },
    },
  },
  server: {
    proxy: {
      // The pages that the server renders, and its API; the app's own addresses stay here.
      '^/(v1|health|openapi\\.json|events|organizers|embed|feeds?|sitemap\\.xml|\\.well-known)(/|$|\\?)': {
        target: server,
        // The server compares Origin with Host.
        changeOrigin: false,
      },
      '^/$': { target: server },
      '/live': { target: server.replace(/^http/, 'ws'), ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'styles/**/*.test.ts'],
    environment: 'node',
  },
});
