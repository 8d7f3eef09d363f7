const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const VALUES = new Map([...ALPHABET].map((symbol, value) => [symbol, value]));

/**
 * Returns the bytes of a base45 text (RFC 9285). Returns `null` if the text is invalid, or is not the canonical text of
 * its bytes.
 */
export function decodeBase45(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 3 === 1) return null;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  let at = 0;
  for (let index = 0; index < text.length; index += 3) {
    const size = Math.min(3, text.length - index);
    let value = 0;
    for (let place = size - 1; place >= 0; place -= 1) {
      const digit = VALUES.get(text.charAt(index + place));
      if (digit === undefined) return null;
      value = value * 45 + digit;
    }
    if (value > (size === 3 ? 0xffff : 0xff)) return null;
    if (size === 3) bytes[at++] = value >> 8;
    bytes[at++] = value & 0xff;
  }
  return bytes;
}
