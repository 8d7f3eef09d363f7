import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { drawQr } from './qr';

const wasm = readFileSync(new URL('../../../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });

/** Paints a drawing with four pixels for each module. */
function paint({ side, path }: { side: number; path: string }) {
  const scale = 4;
  const width = side * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(length)) * scale; column += 1) {
        data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
      }
    }
  }
  return { width, height: width, data, colorSpace: 'srgb' as const };
}

// Two test vectors of docs/ticket-format.md. The second one begins with a space.
const TOKENS = [
  'J6036WT8SREH+$B:0J%P9+5QQB0.NJC0B9B5HBNJ.LEBB000V50KSD+YEH20E4R:GSN1QWJ4K7BM%9NQI8VS.9OJTD1IO00A*946-I:EAP+I3Y2FQOWUL%ZB3FKF%5VLS.W7DZMZ+RYZ157G.*G4H8J1DB HM:V30',
  ' 60O01F.GCEKXUF5FD9*Q0JTV27299VY1GE6IOLJ5VUZ3000V50RZDI%OJ20 33X9A*CG%SC87SCHPP*I188-FI0P1/1NCDVTSJC1NIGBL-T894:7S NPTJ5B6DOMUUQ8X2A$M8%SEPJF5$5/ P*6DGFN4CALOC90',
];

/** A link of an invitation, which alphanumeric mode cannot contain. */
const LINK = 'https://em-connect.example/app/join/evt_01kamyz7p4e4gtxg4rv9jd5q7a#code=n0FmOxUH8mO6vAFnuxn2Bd0XyFLAsiSYcDLAmFQDF1_';

describe('drawQr', () => {
  it.each([...TOKENS, LINK])('is read back as %j', async (token) => {
    const found = await readBarcodes(paint(drawQr(token)) as ImageData, { formats: ['QRCode'] });
    expect(found.map(({ text }) => text)).toEqual([token]);
  });
});
