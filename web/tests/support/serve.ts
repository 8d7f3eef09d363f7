import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Deployment {
  /** Origin of the pages and the API. */
  url: string;
  /** Folder of the server's data. Its folder `mail` contains the mails. */
  data: string;
  /** Password of the demonstration's accounts. */
  password: string;
  stop: () => Promise<void>;
}

/** Starts the program, which contains the pages, with a fresh data folder and the demonstration. */
export async function start(): Promise<Deployment> {
  const program = process.env['EM_CONNECT_BIN'] ?? join(import.meta.dirname, '../../../target/host/em-connect');
  if (!existsSync(program)) throw new Error(`no program ${program}: build it, or set EM_CONNECT_BIN`);

  const data = mkdtempSync(join(tmpdir(), 'em-connect-pages-'));
  const { child, url } = await run(program, data);

  return {
    url,
    data,
    password: readFileSync(join(data, 'demo-password'), 'utf8').trim(),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function run(program: string, data: string): Promise<{ child: ChildProcess; url: string }> {
  // The program ends when its input ends, so the input stays open.
  // All tests come from one address, so the limits for one address are raised.
  const many = ['login-failures', 'sign-ups', 'codes', 'live-tickets'].flatMap((limit) => [`--${limit}-per-source`, '10000']);
  const child = spawn(
    program,
    ['serve', '--data', data, '--listen', '127.0.0.1:0', '--demo', '--log-level', 'warn', ...many],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } },
  );
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
      const url = /listening on (http:\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve({ child, url });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
}
