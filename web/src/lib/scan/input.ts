import { readCode } from './code';
import { TEXT_LENGTH } from './token';

/** A text that was scanned or typed at the door, before it is verified. */
export type Shown = { kind: 'code'; code: string } | { kind: 'token'; text: string } | { kind: 'unreadable' };

/** A text shorter than this is a mistyped code, not a token. */
const MISTYPED = 20;
const MAX_BYTES = 256;

/**
 * Distinguishes a typed code from the text of a QR code, and restores the trailing space of a token that other software
 * may have trimmed.
 */
export function readShown(text: string): Shown {
  const trimmed = text.trim();
  if (new TextEncoder().encode(trimmed).length > MAX_BYTES) return { kind: 'unreadable' };
  const code = readCode(trimmed);
  if (code !== null) return { kind: 'code', code };
  if ([...trimmed].length <= MISTYPED) return { kind: 'unreadable' };
  return { kind: 'token', text: trimmed.length === TEXT_LENGTH - 1 ? ` ${trimmed}` : trimmed };
}
