import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUILD = join(import.meta.dirname, `../../build${process.env['BUILD_NAME'] ? `-${process.env['BUILD_NAME']}` : ''}`);

export interface Deployment {
  /** Origin of pages and API. */
  url: string;
  /** Folder of the server's data: mails are in `mail`. */
  data: string;
  /** Password of the demonstration's accounts. */
  password: string;
  stop: () => Promise<void>;
}

const SHELL_POLICY = (socket: string, wasm: boolean) =>
  [
    "default-src 'none'",
    `script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ''}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html em-connect',
  ].join('; ');

interface ListedFile {
  path: string;
  contentType: string;
  immutable: boolean;
}

/** Starts the program with a fresh data folder and the demonstration, and serves the built pages at its side. */
export async function start(): Promise<Deployment> {
  const program = process.env['EM_CONNECT_BIN'] ?? join(import.meta.dirname, '../../../target/host/em-connect');
  if (!existsSync(program)) throw new Error(`no program ${program}: build it, or set EM_CONNECT_BIN`);
  if (!existsSync(join(BUILD, 'manifest.json'))) throw new Error('no pages: npm run build');

  const data = mkdtempSync(join(tmpdir(), 'em-connect-pages-'));
  const front = createServer();
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;

  const { child, address } = await run(program, data, url);
  handle(front, new URL(url), new URL(address));

  return {
    url,
    data,
    password: readFileSync(join(data, 'demo-password'), 'utf8').trim(),
    stop: async () => {
      front.closeAllConnections();
      front.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function run(program: string, data: string, url: string): Promise<{ child: ChildProcess; address: string }> {
  // All tests come from one address, so the limits for an address are off their way.
  const many = ['login-failures', 'sign-ups', 'codes', 'live-tickets'].flatMap((limit) => [`--${limit}-per-source`, '10000']);
  const child = spawn(
    program,
    ['serve', '--data', data, '--listen', '127.0.0.1:0', '--url', url, '--demo', '--log-level', 'warn', ...many],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } },
  );
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
      const address = /listening on (http:\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve({ child, address });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
}

/** Serves shell and files as the server will, and passes everything else on to it. */
function handle(front: Server, own: URL, server: URL): void {
  const { files } = JSON.parse(readFileSync(join(BUILD, 'manifest.json'), 'utf8')) as { files: ListedFile[] };
  const known = new Map(files.map((file) => [`/${file.path}`, file]));
  const socket = `ws://${own.host}/live`;
  const shell = readFileSync(join(BUILD, 'app.html'), 'utf8').replace('__LIVE_URL__', socket);

  front.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(incoming.url ?? '/', own);
    if (/^\/(app|scan)(\/|$)/.test(pathname)) {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': SHELL_POLICY(`ws://${own.host}`, pathname.startsWith('/scan')),
        'x-content-type-options': 'nosniff',
      });
      response.end(shell);
      return;
    }
    const file = known.get(pathname);
    if (file !== undefined) {
      response.writeHead(200, {
        'content-type': file.contentType,
        'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
        'x-content-type-options': 'nosniff',
      });
      response.end(readFileSync(join(BUILD, file.path)));
      return;
    }
    const passed = request(
      { host: server.hostname, port: server.port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.writeHead(502).end());
    incoming.pipe(passed);
  });

  front.on('upgrade', (incoming: IncomingMessage, client, head: Buffer) => {
    const upstream = connect(Number(server.port), server.hostname, () => {
      const headers = incoming.rawHeaders.reduce(
        (text, part, index) => text + part + (index % 2 === 0 ? ': ' : '\r\n'),
        '',
      );
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    const end = () => {
      upstream.destroy();
      client.destroy();
    };
    upstream.on('error', end);
    client.on('error', end);
  });
}
