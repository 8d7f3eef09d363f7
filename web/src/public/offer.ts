import type { ClosedReason, Wish } from '../lib/registration/machine';

/** The facts about an event, from the server's markup and from later updates. */
export interface Facts {
  status: string;
  startsAt: number | null;
  opensAt: number | null;
  closesAt: number | null;
  /** Number of free seats; `null` if it is unknown. */
  remaining: number | null;
  /** The last offer from the server. */
  said: { action: Wish | 'nothing'; reason: ClosedReason | null };
}

/** The action that is open to a visitor at a moment. */
export type Offer = { action: Wish } | { action: 'nothing'; reason: ClosedReason };

const FINAL = new Set<ClosedReason | null>(['closed', 'started', 'cancelled', 'completed']);

/**
 * Returns the action that is open to a visitor now. If the server's offer is outdated, the clock and the live count
 * decide.
 */
export function offerAt(facts: Facts, now: number): Offer {
  const { status, startsAt, opensAt, closesAt, remaining, said } = facts;
  if (status === 'cancelled' || status === 'completed') return { action: 'nothing', reason: status };
  if (startsAt !== null && now >= startsAt) return { action: 'nothing', reason: 'started' };
  if (closesAt !== null && now >= closesAt) return { action: 'nothing', reason: 'closed' };
  if (opensAt !== null && now < opensAt) return { action: 'nothing', reason: 'not-open-yet' };
  // The page does not have the facts behind the server's reason, so the reason stays until the server sends another
  // one.
  if (said.action === 'nothing' && (FINAL.has(said.reason) || opensAt === null)) {
    return { action: 'nothing', reason: said.reason ?? 'closed' };
  }
  if (remaining !== null) return { action: remaining > 0 ? 'register' : 'waitlist' };
  return { action: said.action === 'waitlist' ? 'waitlist' : 'register' };
}

/** Returns the next moment at which the clock alone changes the offer; `null` if there is none. */
export function nextChange({ startsAt, opensAt, closesAt }: Facts, now: number): number | null {
  const later = [opensAt, closesAt, startsAt].filter((time): time is number => time !== null && time > now);
  return later.length === 0 ? null : Math.min(...later);
}
