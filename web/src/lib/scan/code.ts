const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/** Code that a person typed, in its canonical form `ABCD-EFGH-JKMN`; `null` if the text is no code. */
export function readCode(typed: string): string | null {
  const symbols = typed.replace(/[- ]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  // Upper case may be longer than the text was, as with "ß": then it was no code either.
  if (symbols.length !== LENGTH || [...symbols].some((symbol) => !ALPHABET.includes(symbol))) return null;
  return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
}

/** Code of the 60 bits in the last bytes of `bytes`, the highest first. */
export function codeOfBits(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let symbols = '';
  for (let place = 0; place < LENGTH; place += 1) {
    symbols = ALPHABET.charAt(Number(value & 31n)) + symbols;
    value >>= 5n;
  }
  return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
}
