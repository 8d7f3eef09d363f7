import { readShown } from './input';
import type { Admission, KeptDoor, Verdict } from './model';
import { openToken, type TicketKey, type TokenError } from './token';

/** The data about a door on this device. */
export interface Known {
  door: KeptDoor;
  keys: readonly TicketKey[];
  isRevoked: (code: string) => Promise<boolean>;
  admission: (code: string) => Promise<Admission | null>;
}

/** The judgement of this device. `good`: the ticket is valid and unused, according to this device's data. */
export type Judgement = { kind: 'good'; code: string; ticket: string } | { kind: 'unchecked'; code: string } | Exclude<Verdict, { kind: 'admitted' }>;

const BAD = { malformed: 'unknown', 'unknown-key': 'expired-key', forged: 'forged' } as const satisfies Record<TokenError, string>;

/** Judges a text without the server, by the table of docs/ticket-format.md. `now` is in milliseconds since 1970. */
export async function judge(text: string, known: Known, now: number): Promise<Judgement> {
  const { door } = known;
  const shown = readShown(text);
  if (shown.kind === 'unreadable') return { kind: 'bad', reason: 'unknown' };
  if (shown.kind === 'code') return (await used(shown.code, known)) ?? { kind: 'unchecked', code: shown.code };

  const token = await openToken(shown.text, known.keys);
  if (typeof token === 'string') return { kind: 'bad', reason: BAD[token] };
  if (token.eventId !== door.eventId) return { kind: 'other-event' };
  if (door.cancelled) return { kind: 'void', code: token.code, cancelled: true };
  const closed = outsideHours(door, now);
  return closed ?? (await used(token.code, known)) ?? { kind: 'good', code: token.code, ticket: shown.text };
}

/**
 * Returns the verdict that refuses every ticket before the doors open and after the event; `null` in between. The event's
 * present times replace the times in a token, because the event may have changed after the token was made.
 */
export function outsideHours(door: KeptDoor, now: number): Extract<Verdict, { kind: 'too-early' | 'over' }> | null {
  const second = Math.floor(now / 1000);
  if (second < Math.floor(Date.parse(door.doorsOpenAt) / 1000)) return { kind: 'too-early', opensAt: door.doorsOpenAt };
  if (second >= Math.floor(Date.parse(door.endsAt) / 1000)) return { kind: 'over', endedAt: door.endsAt };
  return null;
}

/**
 * Returns the verdict that refuses a code because the event is cancelled, or the code is revoked or already admitted;
 * `null` if none applies.
 */
async function used(code: string, { door, isRevoked, admission }: Known): Promise<Exclude<Verdict, { kind: 'admitted' }> | null> {
  if (door.cancelled || (await isRevoked(code))) return { kind: 'void', code, cancelled: door.cancelled };
  const before = await admission(code);
  return before === null ? null : { kind: 'already', code, admission: before, name: null };
}
