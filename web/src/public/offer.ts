import type { ClosedReason, Wish } from '../lib/registration/machine';

/** What the page knows about an event, from the server's markup and from what came since. */
export interface Facts {
  status: string;
  startsAt: number | null;
  opensAt: number | null;
  closesAt: number | null;
  /** Free seats; `null` if unknown. */
  remaining: number | null;
  /** What the server said last. */
  said: { action: Wish | 'nothing'; reason: ClosedReason | null };
}

/** What a visitor can do at a moment. */
export type Offer = { action: Wish } | { action: 'nothing'; reason: ClosedReason };

const FINAL = new Set<ClosedReason | null>(['closed', 'started', 'cancelled', 'completed']);

/** What a visitor can do now: the clock and the live count decide where the server's word has grown old. */
export function offerAt(facts: Facts, now: number): Offer {
  const { status, startsAt, opensAt, closesAt, remaining, said } = facts;
  if (status === 'cancelled' || status === 'completed') return { action: 'nothing', reason: status };
  if (startsAt !== null && now >= startsAt) return { action: 'nothing', reason: 'started' };
  if (closesAt !== null && now >= closesAt) return { action: 'nothing', reason: 'closed' };
  if (opensAt !== null && now < opensAt) return { action: 'nothing', reason: 'not-open-yet' };
  // Only the server knows why, or another time than this page: its word stays until it says something else.
  if (said.action === 'nothing' && (FINAL.has(said.reason) || opensAt === null)) {
    return { action: 'nothing', reason: said.reason ?? 'closed' };
  }
  if (remaining !== null) return { action: remaining > 0 ? 'register' : 'waitlist' };
  return { action: said.action === 'waitlist' ? 'waitlist' : 'register' };
}

/** The next moment at which the clock alone changes the offer; `null` if it never does. */
export function nextChange({ startsAt, opensAt, closesAt }: Facts, now: number): number | null {
  const later = [opensAt, closesAt, startsAt].filter((time): time is number => time !== null && time > now);
  return later.length === 0 ? null : Math.min(...later);
}
