import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** A function that reads the QR codes in a picture and returns their texts. */
export type Decoder = (video: HTMLVideoElement) => Promise<string[]>;

interface NativeDetector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}

interface NativeDetectorClass {
  new (options: { formats: string[] }): NativeDetector;
  getSupportedFormats(): Promise<string[]>;
}

/** Longest side of the picture that the decoder searches, in pixels. A ticket's code has 45 modules. */
const SIDE = 720;

let decoder: Promise<Decoder> | null = null;

/** Returns the browser's own decoder if there is one. Otherwise loads and returns the WebAssembly decoder. */
export function loadDecoder(): Promise<Decoder> {
  decoder ??= native()
    .then((own) => own ?? webAssembly())
    .catch((error: unknown) => {
      decoder = null;
      throw error;
    });
  return decoder;
}

async function native(): Promise<Decoder | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: NativeDetectorClass };
  try {
    if (BarcodeDetector === undefined || !(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return null;
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
  } catch {
    return null;
  }
}

async function webAssembly(): Promise<Decoder> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  // The package's default address for this file is on another origin.
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no canvas');
  return async (video) => {
    const scale = Math.min(1, SIDE / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * scale);
    const height = Math.round(video.videoHeight * scale);
    if (width === 0 || height === 0) return [];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.drawImage(video, 0, 0, width, height);
    const found = await readBarcodes(context.getImageData(0, 0, width, height), {
      formats: ['QRCode'],
      tryHarder: true,
      tryInvert: false,
      maxNumberOfSymbols: 2,
      textMode: 'Plain',
    });
    return found.filter(({ isValid }) => isValid).map(({ text }) => text);
  };
}
