const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/** Returns a typed code in its canonical form `ABCD-EFGH-JKMN`; `null` if the text is not a code. */
export function readCode(typed: string): string | null {
  const symbols = typed.replace(/[- ]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  // The upper-case text may be longer than the typed text, as with "ß". Such a text is not a code.
  if (symbols.length !== LENGTH || [...symbols].some((symbol) => !ALPHABET.includes(symbol))) return null;
  return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
}

/** Returns the code for the 60 bits in the last bytes of `bytes`, with the highest bit first. */
export function codeOfBits(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let symbols = '';
  for (let place = 0; place < LENGTH; place += 1) {
    symbols = ALPHABET.charAt(Number(value & 31n)) + symbols;
    value >>= 5n;
  }
  return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
}
