import { toProblem } from '../api/problem';
import { problemText } from '../api/text';
import { t } from '../i18n/index.svelte';

/** The formats that the server takes, for a file input. */
export const FORMATS = 'image/jpeg,image/png,image/webp';
/** The largest file that the server takes, in bytes. */
const MAX_BYTES = 4 << 20;
/** The most pixels that the server takes. */
const MAX_PIXELS = 32_000_000;
/** The longest side of a picture that this page reduces, in pixels: twice the largest size that the server keeps. */
const REDUCED_SIDE = 3_200;

/** A chosen file that cannot be uploaded. The message is for the person. */
export class UnfitPicture extends Error {
  override readonly name = 'UnfitPicture';
}

/** Returns the factor by which a picture must be reduced before it is sent; 1 if it can be sent as it is. */
export function reduction(bytes: number, width: number, height: number): number {
  if (bytes <= MAX_BYTES && width * height <= MAX_PIXELS) return 1;
  return Math.min(1, REDUCED_SIDE / Math.max(width, height));
}

/**
 * Returns the content to send for a chosen file: the file itself, or a smaller JPEG if the server would refuse its size.
 *
 * @throws UnfitPicture if the browser cannot read the file as a picture, or cannot reduce it enough.
 */
export async function fitting(file: File): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new UnfitPicture(t('organizer.pictureUnreadable'));
  }
  try {
    const { width, height } = bitmap;
    const factor = reduction(file.size, width, height);
    const needsCopy = file.size > MAX_BYTES || factor < 1;
    if (!needsCopy) return file;
    const reduced = await redrawn(bitmap, Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor)));
    if (reduced === null || reduced.size > MAX_BYTES) throw new UnfitPicture(t('organizer.pictureTooLarge'));
    return reduced;
  } finally {
    bitmap.close();
  }
}

function redrawn(bitmap: ImageBitmap, width: number, height: number): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return Promise.resolve(null);
  // JPEG has no transparency: transparent parts become white, as on the server.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
}

/** Returns the text about a refused file, for the place beside the file input. */
export function pictureError(error: unknown): string {
  if (error instanceof UnfitPicture) return error.message;
  const problem = toProblem(error);
  if (problem.kind === 'unsupported-media-type') return t('organizer.pictureUnreadable');
  if (problem.kind === 'payload-too-large') return t('organizer.pictureTooLarge');
  const code = problem.errors?.find(({ pointer }) => pointer === '')?.code;
  if (code === 'animation') return t('organizer.pictureAnimated');
  if (code === 'too-many-pixels') return t('organizer.pictureTooLarge');
  if (code === 'damaged') return t('organizer.pictureDamaged');
  return problemText(error);
}
