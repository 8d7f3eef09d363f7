// Renders the pages of `src/first-paint.ts`, which people see before the code of a page has arrived.
import { createServer } from 'vite';

/** Returns the HTML of each page in each language, as `firstPaints` of `src/first-paint.ts` does. */
export async function firstPaints() {
  // Otherwise, the names of classes would be those of `vite dev`.
  process.env.NODE_ENV = 'production';
  // The choice of a language writes it there.
  globalThis.document = { documentElement: {} };
  const vite = await createServer({
    mode: 'production',
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    const module = await vite.ssrLoadModule('/src/first-paint.ts');
    return await module.firstPaints();
  } finally {
    await vite.close();
  }
}
