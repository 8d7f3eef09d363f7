import { decodeBase45 } from './base45';
import { fromBase64url, hex } from './bytes';
import { codeOfBits } from './code';
import { eventIdOfBytes } from './event-id';

/** Length of the text in a ticket's QR code. */
export const TEXT_LENGTH = 161;
const BYTES = 107;
const SIGNED = 43;
const VERSION = 1;
/** 9999-12-30T22:00:00Z in Unix seconds. */
const LAST_TIME = 253_402_207_200;
const PREFIX = new TextEncoder().encode('em-connect ticket v1\0');
/** Order of Ed25519's group (RFC 8032, 5.1). */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Content of a token. The signature of the token may not be verified yet. */
export interface Token {
  keyId: string;
  eventId: string;
  code: string;
  generation: number;
  /** Time at which the doors open, in Unix seconds. */
  notBefore: number;
  /** Time at which the event ends, in Unix seconds. */
  notAfter: number;
  signed: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

export type TokenError = 'malformed' | 'unknown-key' | 'forged';

/** A key that signs tickets, with the id that is computed from the key. */
export interface TicketKey {
  id: string;
  key: CryptoKey;
}

/** Reads a token without verifying its signature; `null` if the text is malformed (docs/ticket-format.md). */
export function readToken(text: string): Token | null {
  if (text.length !== TEXT_LENGTH) return null;
  const bytes = decodeBase45(text);
  if (bytes === null || bytes.length !== BYTES || bytes[0] !== VERSION) return null;
  const number = (from: number, to: number) => bytes.subarray(from, to).reduce((sum, byte) => sum * 256 + byte, 0);
  const notBefore = number(33, 38);
  const notAfter = number(38, 43);
  if ((bytes[21] ?? 0) >> 4 !== 0 || notBefore > LAST_TIME || notAfter > LAST_TIME) return null;
  return {
    keyId: hex(bytes.subarray(1, 5)),
    eventId: eventIdOfBytes(bytes.subarray(5, 21)),
    code: codeOfBits(bytes.subarray(21, 29)),
    generation: number(29, 33),
    notBefore,
    notAfter,
    signed: bytes.slice(0, SIGNED),
    signature: bytes.slice(SIGNED),
  };
}

/** Imports public keys in base64url. A text that is not a key is left out. */
export async function importKeys(texts: readonly string[]): Promise<TicketKey[]> {
  const keys: TicketKey[] = [];
  for (const text of texts) {
    const bytes = fromBase64url(text);
    if (bytes?.length !== 32) continue;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const key = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
    keys.push({ id: hex(digest.subarray(0, 4)), key });
  }
  return keys;
}

/** Opens a token: reads it, finds its key among `keys`, and verifies its signature. */
export async function openToken(text: string, keys: readonly TicketKey[]): Promise<Token | TokenError> {
  const token = readToken(text);
  if (token === null) return 'malformed';
  const candidates = keys.filter(({ id }) => id === token.keyId);
  if (candidates.length === 0) return 'unknown-key';
  if (BigInt(`0x${hex(token.signature.slice(32).reverse())}`) >= ORDER) return 'forged';
  const message = new Uint8Array([...PREFIX, ...token.signed]);
  for (const { key } of candidates) {
    if (await crypto.subtle.verify('Ed25519', key, token.signature, message)) return token;
  }
  return 'forged';
}

/** Returns whether this browser can verify signatures. */
export async function canVerify(): Promise<boolean> {
  try {
    // The base point of the curve is a valid public key.
    const point = new Uint8Array(32).fill(0x66);
    point[0] = 0x58;
    await crypto.subtle.importKey('raw', point, 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}
