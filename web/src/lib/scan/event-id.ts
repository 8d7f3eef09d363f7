import { hex } from './bytes';

const PREFIX = 'evt_';
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Returns the id of the event whose UUID is these 16 bytes: a TypeID. */
export function eventIdOfBytes(bytes: Uint8Array): string {
  let value = BigInt(`0x${hex(bytes)}`);
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return PREFIX + text;
}

/** Returns the event that a text names by its id, its page, or the door's address; `null` if the text names none. */
export function eventIdIn(text: string): string | null {
  return /\bevt_[0-7][0-9a-hjkmnp-tv-z]{25}\b/.exec(text)?.[0] ?? null;
}
