// Completes the build after `vite build`: moves inline scripts to files, adds the public pages' script and the service
// worker's file lists, writes compressed copies, checks size budgets, and lists all files.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { firstPaints } from './first-paints.mjs';
import { areasOf, importedFiles, nodeOf, nodesOf, pathOf } from './graph.mjs';
import { offlineFiles } from './offline.mjs';
import { preloads } from './preloads.mjs';
import { publicEntry } from './public.mjs';

const root = new URL('..', import.meta.url).pathname;
const name = process.env.BUILD_NAME ? `-${process.env.BUILD_NAME}` : '';
const out = join(root, `build${name}`);
const kitOut = join(root, `.svelte-kit${name}/output`);
const client = join(kitOut, 'client');
const APP = 'assets/app';
const KB = 1000;

const faults = [];
const hash = (bytes) => createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
const files = (folder, base = '') =>
  readdirSync(join(folder, base), { withFileTypes: true }).flatMap((entry) => {
    const path = base === '' ? entry.name : `${base}/${entry.name}`;
    return entry.isDirectory() ? files(folder, path) : [path];
  });

/** Moves the shell's inline start script to a file, because the content security policy refuses inline scripts. */
function externalStart() {
  const path = join(out, 'app.html');
  let shell = readFileSync(path, 'utf8');
  shell = shell.replace(/<script>([\s\S]*?)<\/script>/g, (_, code) => {
    const name = `${APP}/immutable/shell-${hash(code)}.js`;
    writeFileSync(join(out, name), code.trim().replace(/^\t+/gm, '') + '\n');
    // A deferred script still finds its own element, and Kit starts the app in that element's parent.
    // By default, browsers load a deferred script last, but everything waits for this one.
    return `<script src="/${name}" defer fetchpriority="high"></script>`;
  });
  shell = shell.replace(/^[\t ]+/gm, '').replace(/\n{2,}/g, '\n');
  writeFileSync(path, shell);
  for (const script of shell.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)) {
    if (!/\ssrc=/.test(script[1]) || script[2].trim() !== '') faults.push(`app.html: inline script: ${script[0].slice(0, 80)}`);
  }
  for (const inline of shell.matchAll(/<style\b|\sstyle=|\son[a-z]+=|javascript:/gi)) faults.push(`app.html: inline ${inline[0].trim()}`);
}

/**
 * Puts the sheet of the root layout, which has the look of all elements, before the sheet of the shared components. Otherwise
 * its rules would win over those of the components.
 */
function rootSheetFirst(manifest) {
  const path = join(out, 'app.html');
  const shell = readFileSync(path, 'utf8');
  const root = nodeOf(manifest, 0);
  const links = shell.match(/<link [^>]*rel="stylesheet"[^>]*>\n/g) ?? [];
  const isOfRoot = (link) => manifest[root].css.some((sheet) => link.includes(`/${sheet}"`));
  const ordered = [...links.filter(isOfRoot), ...links.filter((link) => !isOfRoot(link))];
  if (!ordered.some(isOfRoot)) faults.push('app.html: the sheet of the root layout is missing');
  let next = 0;
  writeFileSync(path, shell.replace(/<link [^>]*rel="stylesheet"[^>]*>\n/g, () => ordered[next++]));
}

/**
 * Reports style attributes in component markup. The browser parses the markup from strings, and the content security
 * policy refuses such attributes.
 */
function noInlineStyle() {
  for (const path of files(out).filter((path) => path.startsWith(`${APP}/`) && path.endsWith('.js'))) {
    const code = readFileSync(join(out, path), 'utf8');
    const inline = /<[a-z][^<>`]{0,300}\sstyle=\\?["'][^<>`]{0,80}/.exec(code);
    if (inline !== null) faults.push(`${path}: style attribute in markup: ${inline[0].slice(0, 160)}`);
  }
}

const TYPES = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  mp3: 'audio/mpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  webmanifest: 'application/manifest+json',
};
const COMPRESSIBLE = new Set(['css', 'html', 'js', 'json', 'svg', 'txt', 'wasm', 'webmanifest']);

/** Writes `.br` and `.gz` copies of the files that compression makes smaller, and returns the list of all files. */
function compressed() {
  const list = [];
  for (const path of files(out).sort()) {
    if (/\.(br|gz)$/.test(path) || path === 'manifest.json' || path.includes('/.vite/') || path.startsWith('.vite/')) continue;
    const extension = path.split('.').at(-1);
    const contentType = TYPES[extension];
    if (contentType === undefined) {
      faults.push(`${path}: no content type is known for it`);
      continue;
    }
    const bytes = readFileSync(join(out, path));
    const encodings = [];
    // The server completes the shell, so it compresses the shell itself.
    if (COMPRESSIBLE.has(extension) && path !== 'app.html' && bytes.length > 256) {
      for (const [encoding, ending, copy] of [
        ['br', 'br', brotli(bytes)],
        ['gzip', 'gz', gzipSync(bytes, { level: 9 })],
      ]) {
        if (copy.length >= bytes.length * 0.95) continue;
        writeFileSync(join(out, `${path}.${ending}`), copy);
        encodings.push(encoding);
      }
    }
    const immutable = path.startsWith(`${APP}/immutable/`) || /^assets\/public-[\w-]+\.\w+$/.test(path);
    list.push({ path, contentType, immutable, etag: `"${hash(bytes)}"`, encodings });
  }
  return list;
}

/** Writes the lists of files to keep into the service worker. */
function offline(manifest, kit) {
  const path = join(out, 'service-worker.js');
  let worker = readFileSync(path, 'utf8');
  for (const [placeholder, list] of Object.entries(offlineFiles(manifest, kit))) {
    if (!worker.includes(placeholder)) faults.push(`service-worker.js: no ${placeholder}`);
    if (list.length === 0) faults.push(`service-worker.js: no file for ${placeholder}`);
    worker = worker.replace(placeholder, list.map((file) => `/${file}`).join(' '));
    const bytes = list.reduce((sum, file) => sum + brotli(readFileSync(join(out, file))).length, 0);
    console.log(`${(bytes / KB).toFixed(1).padStart(7)} kB         ${list.length} files of ${placeholder}`);
  }
  writeFileSync(path, worker);
}

/**
 * Checks the bytes of JS and CSS that each route loads before it is usable, from Vite's manifest and Kit's list of
 * routes.
 */
function budgets(manifest, kit) {
  const sizes = new Map();
  const size = (path) => {
    if (!sizes.has(path)) sizes.set(path, brotli(readFileSync(join(out, path))).length);
    return sizes.get(path);
  };
  const entries = Object.keys(manifest).filter((key) => manifest[key].isEntry);
  const start = entries.filter((key) => /\/(app|start|entry)\.js$/.test(key) && !key.includes('/nodes/'));
  // A page also loads its messages in one language. The largest language counts.
  const messages = (area) =>
    Math.max(
      ...Object.entries(manifest)
        .filter(([key]) => key.startsWith('messages/') && key.endsWith(`/${area}.json`))
        .map(([, chunk]) => size(chunk.file)),
      0,
    );

  const rows = [];
  for (const route of kit._.routes) {
    if (!route.page) continue;
    const path = pathOf(route);
    const files = [...importedFiles(manifest, [...start, ...nodesOf(manifest, route)])];
    // Going from one page to another also needs the texts about the account.
    const areas = [...new Set([...areasOf(path), 'account'])];
    const total = [...files.map(size), ...areas.map(messages)].reduce((sum, bytes) => sum + bytes, 0);
    const limit = route.id.startsWith('/scan') ? 110 : /board/.test(route.id) ? 130 : 90;
    rows.push([path, total, limit]);
    if (total > limit * KB) faults.push(`${route.id}: ${(total / KB).toFixed(1)} kB compressed, more than ${limit} kB`);
  }
  for (const [id, total, limit] of rows.sort((a, b) => b[1] - a[1])) {
    console.log(`${(total / KB).toFixed(1).padStart(7)} kB of ${String(limit).padStart(3)}  ${id}`);
  }
}

for (const path of files(out)) if (/\.(br|gz)$/.test(path)) rmSync(join(out, path));
if (existsSync(join(out, '.vite'))) rmSync(join(out, '.vite'), { recursive: true });
externalStart();
noInlineStyle();
const entry = await publicEntry(out);
const manifest = JSON.parse(readFileSync(join(client, '.vite/manifest.json'), 'utf8'));
const { manifest: kit } = await import(pathToFileURL(join(kitOut, 'server/manifest-full.js')).href);
rootSheetFirst(manifest);
budgets(manifest, kit);
offline(manifest, kit);
for (const [kind, path] of Object.entries(entry)) {
  console.log(`${(brotli(readFileSync(join(out, path))).length / KB).toFixed(1).padStart(7)} kB         public ${kind}`);
}
const list = compressed();
const paints = await firstPaints();
const pages = preloads(manifest, kit, readFileSync(join(out, 'app.html'), 'utf8')).map((page) => ({
  ...page,
  firstPaint: paints[page.route],
}));
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify({ shell: 'app.html', public: entry, pages, files: list }, null, 1)}\n`);
console.log(`${list.length} files`);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
