import { correction, generate, mode } from 'lean-qr';

/** Width of the white border that a reader needs, in modules. */
const QUIET = 4;

/** A drawing of a QR code: the side of its view box in modules, and a path of its dark modules. */
export interface QrDrawing {
  side: number;
  path: string;
}

const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]*$/;

/**
 * Returns the drawing of an ASCII text. A ticket's token is drawn in alphanumeric mode, as in the API, so that the code has
 * few and large modules.
 */
export function drawQr(text: string): QrDrawing {
  const code = generate(ALPHANUMERIC.test(text) ? mode.alphaNumeric(text) : mode.ascii(text), { minCorrectionLevel: correction.M });
  let path = '';
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (!code.get(x, y)) continue;
      let end = x + 1;
      while (code.get(end, y)) end += 1;
      path += `M${x + QUIET} ${y + QUIET}h${end - x}v1h${x - end}z`;
      x = end;
    }
  }
  return { side: code.size + 2 * QUIET, path };
}
