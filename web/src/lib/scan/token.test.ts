import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCode } from './code';
import { eventIdIn } from './event-id';
import { readShown } from './input';
import { canVerify, importKeys, openToken } from './token';

interface Vectors {
  keys: { public_key: string; kid: string }[];
  tokens: { kid: string; event: string; code: string; generation: number; not_before: string; not_after: string; text: string }[];
  refused: { why: string; error: string; text: string }[];
  typed: { typed: string; code: string | null }[];
}

// Other people write scanners by this document, so these tests read its test vectors.
const page = readFileSync(new URL('../../../../docs/ticket-format.md', import.meta.url), 'utf8');
const vectors = JSON.parse(/```json\n([\s\S]*?)```/.exec(page.slice(page.indexOf('## Test vectors')))?.[1] ?? '') as Vectors;
const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
const keys = await importKeys([...vectors.keys.map((key) => base64url(key.public_key)), 'no key']);

describe('a token', () => {
  it('is verified by keys whose ids are computed', async () => {
    expect(keys.map(({ id }) => id)).toEqual(vectors.keys.map(({ kid }) => kid));
    expect(await canVerify()).toBe(true);
  });

  it.each(vectors.tokens)('of $code is opened', async (vector) => {
    const token = await openToken(vector.text, keys);
    expect(token).toMatchObject({
      keyId: vector.kid,
      eventId: vector.event,
      code: vector.code,
      generation: vector.generation,
      notBefore: Date.parse(vector.not_before) / 1000,
      notAfter: Date.parse(vector.not_after) / 1000,
    });
  });

  it.each(vectors.refused)('is refused: $why', async ({ text, error }) => {
    expect(await openToken(text, keys)).toBe(error);
  });

  it('survives any change of one character only as another token', async () => {
    const text = vectors.tokens[0]?.text ?? '';
    for (let at = 0; at < text.length; at += 1) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(typeof (await openToken(changed, keys))).toBe('string');
    }
  });
});

describe('typed text', () => {
  it.each(vectors.typed)('"$typed" is read as $code', ({ typed, code }) => {
    expect(readCode(typed)).toBe(code);
  });

  it('is distinguished from a token, whose trimmed space is restored', () => {
    const spaced = vectors.tokens[2]?.text ?? '';
    expect(spaced.startsWith(' ')).toBe(true);
    expect(readShown(` ${spaced}\r\n`)).toEqual({ kind: 'token', text: spaced });
    expect(readShown(spaced.trim())).toEqual({ kind: 'token', text: spaced });
    expect(readShown(' yac5 pzqt v4js ')).toEqual({ kind: 'code', code: 'YAC5-PZQT-V4JS' });
    expect(readShown('YAC5-PZQT')).toEqual({ kind: 'unreadable' });
    expect(readShown('x'.repeat(257))).toEqual({ kind: 'unreadable' });
    expect(readShown('https://example.org/a/long/address')).toMatchObject({ kind: 'token' });
  });

  it('names an event by its id or an address', () => {
    const id = 'evt_01h455vb4pex5vsknk084sn02q';
    expect(eventIdIn(id)).toBe(id);
    expect(eventIdIn(`https://tickets.example/scan/${id}?x`)).toBe(id);
    expect(eventIdIn('evt_1')).toBeNull();
  });
});
