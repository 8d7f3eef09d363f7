/// <reference types="@sveltejs/kit" />
import { build, files, version } from '$service-worker';

// The worker keeps files of the app, and nothing that the API answers: pages keep their data in IndexedDB themselves.
const worker = globalThis.self as unknown as ServiceWorkerGlobalScope;

const CACHE = `em-connect-${version}`;
const SHELL = '/app';
/** The scanner's shell is a resource of its own: its content security policy also allows WebAssembly. */
const SCAN_SHELL = '/scan';
/** What every start needs. A decoder in WebAssembly is large, and kept by those who scan: see `fromCacheOrNetwork`. */
const KEPT = new Set([...build, ...files].filter((file) => !/\.(png|wasm)$/.test(file)));

worker.addEventListener('install', (event) => {
  event.waitUntil(install());
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([...KEPT]);
  await Promise.all(
    [SHELL, SCAN_SHELL].map(async (shell) => {
      const response = await fetch(shell, { cache: 'no-cache' });
      if (!response.ok) throw new TypeError(`${shell}: ${response.status}`);
      await cache.put(shell, response);
      // The start script of the shell has its own name, which the list of built files does not have.
      const text = await (await cache.match(shell))?.text();
      const script = /<script src="([^"]+)"/.exec(text ?? '')?.[1];
      if (script !== undefined) await cache.add(script);
    }),
  );
}

worker.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith('em-connect-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // A page that was loaded without a worker has one from its next load on; an open page keeps its own version.
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate') {
    const shell = /^\/scan(\/|$)/.test(url.pathname) ? SCAN_SHELL : /^\/app(\/|$)/.test(url.pathname) ? SHELL : null;
    if (shell !== null) event.respondWith(fromNetworkOrCache(request, shell));
    return;
  }
  // Never the API: its answers are the truth of a moment, and for one person.
  if (url.pathname.startsWith('/assets/')) event.respondWith(fromCacheOrNetwork(request));
});

/** A shell comes from the network if it answers within two seconds, so that a deployment is seen at once. */
async function fromNetworkOrCache(request: Request, shell: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(shell);
  if (kept === undefined) return fetch(request);
  try {
    const response = await Promise.race([
      fetch(request),
      new Promise<never>((_, reject) => setTimeout(() => reject(new TypeError('slow')), 2_000)),
    ]);
    return response.ok ? response : kept;
  } catch {
    return kept;
  }
}

async function fromCacheOrNetwork(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok && new URL(request.url).pathname.startsWith('/assets/app/immutable/')) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}
