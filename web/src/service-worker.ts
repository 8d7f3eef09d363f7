/// <reference types="@sveltejs/kit" />
import { version } from '$service-worker';

// The worker keeps files of the app, but no answers of the API. Pages keep their own data in IndexedDB.
const worker = globalThis.self as unknown as ServiceWorkerGlobalScope;

const PREFIX = 'em-connect-';
const CACHE = PREFIX + version;
const SHELL = '/app';
/**
 * Address of the scanner's shell. The shell is a separate document because its content security policy also allows
 * WebAssembly.
 */
const SCAN_SHELL = '/scan';
/** Files of the home page and of the tickets. The build writes the three lists (see `scripts/offline.mjs`). */
const APP_FILES = listed('__APP_FILES__');
/** Further files that the door needs. The worker keeps them after a door was opened. */
const DOOR_FILES = listed('__DOOR_FILES__');
/**
 * Files of the decoder in WebAssembly, which is large. The worker keeps them after the browser has needed the decoder.
 */
const DECODER_FILES = listed('__DECODER_FILES__');

function listed(paths: string): string[] {
  return paths.split(' ');
}

worker.addEventListener('install', (event) => {
  event.waitUntil(install());
});

async function install(): Promise<void> {
  await keep(SHELL, APP_FILES);
  await keepAsBefore();
}

/**
 * Keeps the files in this version that a former version has kept, so that an upgrade removes no page from an offline
 * device.
 */
async function keepAsBefore(): Promise<void> {
  const before = await keptBefore();
  if (before.includes(SCAN_SHELL) || (await isDoorOpen())) await keep(SCAN_SHELL, DOOR_FILES);
  if (before.some((path) => path.endsWith('.wasm'))) await addMissing(DECODER_FILES);
}

/** Returns the paths of all files that any version of this worker has kept. */
async function keptBefore(): Promise<string[]> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return requests.flat().map(({ url }) => new URL(url).pathname);
}

/** Returns whether a door is open in a page. The worker may not control that page yet. */
async function isDoorOpen(): Promise<boolean> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.some(({ url }) => shellOf(new URL(url).pathname) === SCAN_SHELL);
}

/** Keeps a shell with its files, unless the shell is already kept. */
async function keep(shell: string, files: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  if ((await cache.match(shell)) !== undefined) return;
  // With a query, the server does not put a first paint into the shell, which is kept for other pages too.
  const response = await fetch(`${shell}?kept`, { cache: 'no-cache' });
  if (!response.ok) throw new TypeError(`${shell}: ${response.status}`);
  const text = await response.clone().text();
  const entries = [...text.matchAll(/"(\/assets\/app\/immutable\/entry\/[^"]+)"/g)];
  // The shell of a newer deployment does not start with this version's files.
  if (!entries.every(([, entry]) => APP_FILES.includes(entry ?? ''))) throw new TypeError(`${shell}: another version`);
  // The start script of the shell is not in the list of built files.
  const script = /<script src="([^"]+)"/.exec(text)?.[1];
  await addMissing(script === undefined ? files : [...files, script]);
  // The shell is stored last, so a kept shell implies that all of its files are kept.
  await cache.put(shell, response);
}

async function addMissing(files: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const kept = await Promise.all(files.map((file) => cache.match(file)));
  await cache.addAll(files.filter((_, index) => kept[index] === undefined));
}

worker.addEventListener('message', (event) => {
  // If there is no connection now, the next page of the door sends the message again.
  if (event.data === 'keep-door') event.waitUntil(keep(SCAN_SHELL, DOOR_FILES).catch(() => {}));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

async function activate(): Promise<void> {
  // The former version may have kept more files after this version was installed.
  await keepAsBefore().catch(() => {});
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // A page that was loaded without a worker is controlled from its next load. An open page keeps its own version.
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate') {
    const shell = shellOf(url.pathname);
    if (shell !== null) event.respondWith(fromNetworkOrCache(request, shell));
    return;
  }
  // Answers of the API are never kept, because they are current only for a moment, and belong to one person.
  if (url.pathname.startsWith('/assets/')) event.respondWith(fromCacheOrNetwork(request));
});

function shellOf(path: string): string | null {
  if (/^\/scan(\/|$)/.test(path)) return SCAN_SHELL;
  return /^\/app(\/|$)/.test(path) ? SHELL : null;
}

/**
 * Returns the shell from the network if it arrives within two seconds, so that a new deployment is used at once.
 * Otherwise returns the kept shell.
 */
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
