import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { dataFolder } from '.';

/** A mail from the data folder, decoded. */
export interface SentMail {
  text: string;
  html: string;
}

/** Returns the newest mail of a kind to an address. */
export async function mailTo(email: string, kind: string): Promise<SentMail> {
  const folder = join(dataFolder(), 'mail');
  let raw: string | undefined;
  await expect(async () => {
    const names = readdirSync(folder).filter((name) => name.includes(kind) && name.endsWith('.eml')).sort().reverse();
    raw = names.map((name) => readFileSync(join(folder, name), 'latin1')).find((mail) => mail.split('\r\n').some((line) => line.startsWith('To: ') && line.includes(email)));
    expect(raw).toBeDefined();
  }).toPass({ timeout: 10_000 });
  return { text: part(raw ?? '', 'text/plain'), html: part(raw ?? '', 'text/html') };
}

/** Returns the code in the newest mail of a kind to an address. */
export async function codeFor(email: string, kind: string): Promise<string> {
  const { text } = await mailTo(email, kind);
  const code = /^ {4}([0-9A-Z]{4}-[0-9A-Z]{4})\s*$/m.exec(text)?.[1];
  expect(code, text).toBeDefined();
  return code ?? '';
}

/** Returns the decoded content of the only part with a content type. All texts of mails are quoted-printable. */
function part(mail: string, type: string): string {
  const start = mail.toLowerCase().indexOf(`content-type: ${type}`);
  const body = mail.indexOf('\r\n\r\n', start) + 4;
  const encoded = mail.slice(body, mail.indexOf('\r\n--', body)).replaceAll('=\r\n', '');
  const bytes = encoded.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
