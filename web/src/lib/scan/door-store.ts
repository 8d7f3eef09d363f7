import type { Admission, Finding, KeptDoor, KeptNames, KeptScan, KeptUndo } from './model';
import type { Tables, Transaction } from './tables';

/** The result of recording an admission. */
export type Recorded =
  | { kind: 'recorded' }
  /** An undo that was not sent yet was cancelled, so the first admission is valid again. */
  | { kind: 'restored'; admission: Admission }
  | { kind: 'already'; admission: Admission };

/** The changes to this device's data that follow from the server's answer to a kept scan. */
export interface Settlement {
  scanId: string;
  code: string;
  /** The ticket's admission on the server; `null` if the server has none. */
  admission: Admission | null;
  /** Whether the ticket is no longer valid. If so, this device refuses it from now on. */
  revoke: boolean;
  finding: Finding | null;
}

/** An admission by this device; `scanId` is `null` if the server admitted a typed code. */
export type OwnAdmission = Pick<Admission, 'code' | 'scanId' | 'at'>;

/** Largest number of tickets whose changes one transaction stores, so that a scan never waits long. */
const LEARN_AT_ONCE = 200;

/** A change of a ticket by another door. `scanId` is the scan's id in the door's log, or `null` if it is unknown. */
export type Change =
  | { kind: 'admitted'; scanId: string | null; admission: Admission }
  /**
   * If `scanId` is set, only this scan's admission was undone. If it is `null`, all admissions up to that time were
   * undone.
   */
  | { kind: 'undone'; code: string; at: string; scanId: string | null };

export interface DoorCounts {
  all: number;
  gate: number;
  /** Number of scans and undos that the server does not have yet. */
  kept: number;
  /** Number of scans among `kept` that the server rejected. */
  rejected: number;
}

/**
 * The data of a scanner, with the rules that keep it consistent. Each method is one transaction, except that `learn`
 * uses one for every 200 tickets.
 */
export class DoorStore {
  constructor(private readonly tables: Tables) {}

  doors(): Promise<KeptDoor[]> {
    return this.tables.read(['doors'], (tx) => tx.list('doors', ''));
  }

  door(eventId: string): Promise<KeptDoor | null> {
    return this.tables.read(['doors'], async (tx) => (await tx.get('doors', eventId)) ?? null);
  }

  /** Stores a door and the codes that were revoked. Returns the number of codes that are new. */
  keepDoor(door: KeptDoor, revoked: readonly string[]): Promise<number> {
    return this.tables.write(['doors', 'revoked'], async (tx) => {
      await tx.put('doors', door.eventId, door);
      let fresh = 0;
      for (const code of revoked) {
        const key = keyOf(door.eventId, code);
        if ((await tx.get('revoked', key)) !== undefined) continue;
        await tx.put('revoked', key, true);
        fresh += 1;
      }
      return fresh;
    });
  }

  /** Stores the names of an event's guests in place of all earlier ones, so that erased people leave the device. */
  keepNames(names: KeptNames): Promise<void> {
    return this.tables.write(['names'], (tx) => tx.put('names', names.eventId, names));
  }

  names(eventId: string): Promise<KeptNames | null> {
    return this.tables.read(['names'], async (tx) => (await tx.get('names', eventId)) ?? null);
  }

  forgetNames(eventId: string): Promise<void> {
    return this.tables.write(['names'], (tx) => tx.delete('names', eventId));
  }

  /** Deletes the names of guests of all events that are over. `now` is in milliseconds since 1970. */
  forgetOldNames(now: number): Promise<void> {
    return this.tables.write(['names'], async (tx) => {
      for (const { eventId, endsAt } of await tx.list('names', '')) {
        if (!(now < Date.parse(endsAt))) await tx.delete('names', eventId);
      }
    });
  }

  isRevoked(eventId: string, code: string): Promise<boolean> {
    return this.tables.read(['revoked'], async (tx) => (await tx.get('revoked', keyOf(eventId, code))) !== undefined);
  }

  /** Returns the admission of a ticket; `null` if there is none, or if it is being undone. */
  admission(eventId: string, code: string): Promise<Admission | null> {
    return this.tables.read(['admissions', 'undos'], (tx) => standing(tx, eventId, code));
  }

  /** Records an admission, unless the ticket is admitted already. Two tabs cannot both record the same ticket. */
  admit(scan: KeptScan): Promise<Recorded> {
    return this.tables.write(['scans', 'admissions', 'undos'], async (tx) => {
      const key = keyOf(scan.eventId, scan.code);
      const before = await tx.get('admissions', key);
      const undo = before === undefined ? undefined : await undoOf(tx, scan.eventId, before);
      if (before !== undefined && undo === undefined) return { kind: 'already', admission: before };
      if (before !== undefined && undo?.attempted === false) {
        await tx.delete('undos', undoKey(undo));
        return { kind: 'restored', admission: before };
      }
      await tx.put('scans', keyOf(scan.eventId, scan.scanId), scan);
      await putAdmission(tx, scan.eventId, {
        code: scan.code,
        at: scan.scannedAt,
        gate: scan.gate,
        deviceId: scan.deviceId,
        scanId: scan.scanId,
        confirmed: false,
      });
      return { kind: 'recorded' };
    });
  }

  /** Stores admissions and undos of other doors, in any order. */
  async learn(eventId: string, changes: readonly Change[]): Promise<void> {
    const byCode = new Map<string, Change[]>();
    for (const change of changes) {
      const code = change.kind === 'admitted' ? change.admission.code : change.code;
      byCode.set(code, [...(byCode.get(code) ?? []), change]);
    }
    const tickets = [...byCode];
    for (let from = 0; from < tickets.length; from += LEARN_AT_ONCE) {
      await this.tables.write(['admissions', 'undos'], async (tx) => {
        const undos = await tx.list('undos', `${eventId} `);
        for (const [code, ofTicket] of tickets.slice(from, from + LEARN_AT_ONCE)) {
          const leaving = undos.filter((undo) => undo.code === code);
          await takeIn(tx, eventId, code, ofTicket, leaving);
        }
      });
    }
  }

  /** Stores an admission that the server made for a request of this device. */
  confirm(eventId: string, admission: Admission): Promise<void> {
    return this.tables.write(['admissions'], (tx) => putAdmission(tx, eventId, admission));
  }

  /** Returns the scans that the server does not have, with the earliest first, but not those that it rejected. */
  queue(eventId: string): Promise<KeptScan[]> {
    return this.tables.read(['scans'], async (tx) => (await tx.list('scans', `${eventId} `)).filter((scan) => scan.rejected === null));
  }

  rejected(eventId: string): Promise<KeptScan[]> {
    return this.tables.read(['scans'], async (tx) => (await tx.list('scans', `${eventId} `)).filter((scan) => scan.rejected !== null));
  }

  /**
   * Returns the ids of all events for which this device keeps scans or undos that the server does not have. Rejected
   * scans do not count.
   */
  eventsToSend(): Promise<string[]> {
    return this.tables.read(['scans', 'undos'], async (tx) => {
      const rows = [...(await tx.list('scans', '')).filter((scan) => scan.rejected === null), ...(await tx.list('undos', '')).filter(isOpen)];
      return [...new Set(rows.map(({ eventId }) => eventId))];
    });
  }

  /** Marks scans as sent, because the server may have them from now on. Returns the scans that are still kept. */
  markSent(scans: readonly KeptScan[]): Promise<KeptScan[]> {
    return this.tables.write(['scans'], async (tx) => {
      const kept: KeptScan[] = [];
      for (const { eventId, scanId } of scans) {
        const scan = await tx.get('scans', keyOf(eventId, scanId));
        if (scan === undefined || scan.rejected !== null) continue;
        const sent = { ...scan, attempted: true };
        if (!scan.attempted) await tx.put('scans', keyOf(eventId, scanId), sent);
        kept.push(sent);
      }
      return kept;
    });
  }

  /** Removes scans that the server has answered, and stores the results. */
  settle(eventId: string, settlements: readonly Settlement[]): Promise<void> {
    return this.tables.write(['scans', 'admissions', 'revoked', 'findings'], async (tx) => {
      for (const { scanId, code, admission, revoke, finding } of settlements) {
        await tx.delete('scans', keyOf(eventId, scanId));
        if (revoke) await tx.put('revoked', keyOf(eventId, code), true);
        if (finding !== null) await tx.put('findings', keyOf(eventId, finding.id), finding);
        const before = await tx.get('admissions', keyOf(eventId, code));
        // If a newer scan of the same ticket was made after an undo, its own answer decides about the admission.
        if (before !== undefined && before.scanId !== scanId && !before.confirmed) continue;
        if (admission === null) await tx.delete('admissions', keyOf(eventId, code));
        else await putAdmission(tx, eventId, admission);
      }
    });
  }

  /** Marks a scan as rejected by the server, so that it does not block the other scans. */
  reject(eventId: string, scanId: string, why: string): Promise<void> {
    return this.tables.write(['scans'], async (tx) => {
      const scan = await tx.get('scans', keyOf(eventId, scanId));
      if (scan !== undefined) await tx.put('scans', keyOf(eventId, scanId), { ...scan, rejected: why });
    });
  }

  /** Queues rejected scans again. */
  retryRejected(eventId: string): Promise<void> {
    return this.tables.write(['scans'], async (tx) => {
      for (const scan of await tx.list('scans', `${eventId} `)) {
        if (scan.rejected !== null) await tx.put('scans', keyOf(eventId, scan.scanId), { ...scan, rejected: null });
      }
    });
  }

  /**
   * Undoes an admission of this device. If the server cannot have the scan, the undo takes effect at once. Otherwise
   * the device keeps a request until the server has done the undo. Other admissions of the same ticket remain.
   */
  undo(eventId: string, { code, scanId, at }: OwnAdmission, requestedAt: string): Promise<'done' | 'requested' | 'nothing'> {
    return this.tables.write(['scans', 'admissions', 'undos'], async (tx) => {
      const key = keyOf(eventId, code);
      const stored = await tx.get('admissions', key);
      const admission = stored?.scanId === scanId && (scanId !== null || stored.at === at) ? stored : undefined;
      if (scanId === null && admission === undefined) return 'nothing';
      const scan = scanId === null ? undefined : await tx.get('scans', keyOf(eventId, scanId));
      if (scan !== undefined && (!scan.attempted || scan.rejected !== null)) {
        await tx.delete('scans', keyOf(eventId, scan.scanId));
        if (admission !== undefined) await tx.delete('admissions', key);
        return 'done';
      }
      const scanIds = scanId === null ? [] : [scanId, ...(admission?.alsoScanIds ?? [])];
      const undo: KeptUndo = { eventId, code, scanIds, at, requestedAt, attempted: false };
      // The server may have done an undo that was sent, so a scan must not be able to cancel it.
      const before = await tx.get('undos', undoKey(undo));
      if (before === undefined || !isOpen(before)) await tx.put('undos', undoKey(undo), undo);
      return 'requested';
    });
  }

  /** Returns the undos that the server has not done yet. */
  undos(eventId: string): Promise<KeptUndo[]> {
    return this.tables.read(['undos'], async (tx) => (await tx.list('undos', `${eventId} `)).filter(isOpen));
  }

  /**
   * Marks an undo as sent, and returns the undo as it was before. Returns `null` if the undo cannot be sent: it was
   * cancelled, the answer to one of its scans is still missing, or an undo without a scan's id would undo another
   * admission.
   */
  markUndoSent(undo: KeptUndo): Promise<KeptUndo | null> {
    return this.tables.write(['undos', 'admissions', 'scans'], async (tx) => {
      const key = undoKey(undo);
      const kept = await tx.get('undos', key);
      if (kept === undefined || !isOpen(kept)) return null;
      if (kept.attempted) return kept;
      for (const scanId of kept.scanIds) if ((await tx.get('scans', keyOf(kept.eventId, scanId))) !== undefined) return null;
      if (kept.scanIds.length === 0) {
        const admission = await tx.get('admissions', keyOf(kept.eventId, kept.code));
        if (admission === undefined || !covers(kept, admission)) {
          await tx.delete('undos', key);
          return null;
        }
      }
      // The server's answer may have added further scans of this device since the undo was requested.
      const admission = await tx.get('admissions', keyOf(kept.eventId, kept.code));
      const also = admission !== undefined && covers(kept, admission) ? (admission.alsoScanIds ?? []) : [];
      const complete = { ...kept, scanIds: [...new Set([...kept.scanIds, ...also])] };
      await tx.put('undos', key, { ...complete, attempted: true });
      return complete;
    });
  }

  /**
   * Records that the server has done an undo. Other admissions of the ticket remain. The undo is kept, because a log
   * that was read before the undo still contains the admission.
   */
  undone(undo: KeptUndo): Promise<void> {
    return this.tables.write(['undos', 'admissions', 'findings'], async (tx) => {
      const { eventId, code } = undo;
      await tx.put('undos', undoKey(undo), { ...undo, attempted: true, done: true });
      const admission = await tx.get('admissions', keyOf(eventId, code));
      if (admission === undefined || !covers(undo, admission)) return;
      await tx.delete('admissions', keyOf(eventId, code));
      // If another door has also admitted the ticket, that admission remains.
      const [scanId] = undo.scanIds;
      const finding = scanId === undefined ? undefined : await tx.get('findings', keyOf(eventId, scanId));
      const other = finding?.others.filter(({ at }) => at !== null).sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1))[0];
      if (other !== undefined) await putAdmission(tx, eventId, { ...other, code, scanId: null, confirmed: true });
    });
  }

  findings(eventId: string): Promise<Finding[]> {
    return this.tables.read(['findings'], (tx) => tx.list('findings', `${eventId} `));
  }

  dismiss(eventId: string, id: string): Promise<void> {
    return this.tables.write(['findings'], (tx) => tx.delete('findings', keyOf(eventId, id)));
  }

  counts(eventId: string, gate: string | null): Promise<DoorCounts> {
    return this.tables.read(['admissions', 'scans', 'undos'], async (tx) => {
      const scans = await tx.list('scans', `${eventId} `);
      const undos = (await tx.list('undos', `${eventId} `)).filter(isOpen);
      const leaving = await Promise.all(undos.map(({ code }) => tx.get('admissions', keyOf(eventId, code))));
      const left = new Set(leaving.filter((row, index) => row !== undefined && covers(undos[index] as KeptUndo, row)));
      return {
        all: (await tx.count('admissions', `${eventId} `)) - left.size,
        gate: (await tx.countAtGate(eventId, gate ?? '')) - [...left].filter((row) => row?.gateKey === (gate ?? '')).length,
        kept: scans.length + undos.length,
        rejected: scans.filter((scan) => scan.rejected !== null).length,
      };
    });
  }
}

const keyOf = (eventId: string, part: string) => `${eventId} ${part}`;

/**
 * Returns the key of an undo. An admission has at most one undo, but a ticket may have several undos, one after the
 * other.
 */
const undoKey = ({ eventId, code, scanIds, at }: KeptUndo) => keyOf(eventId, `${code} ${scanIds[0] ?? at}`);

/** Returns whether the server has not done an undo yet. */
const isOpen = ({ done }: KeptUndo) => done !== true;

/**
 * Returns whether an undo belongs to a logged admission. A live frame has no scan id, and neither has the undo of a
 * typed code. In both cases the time decides.
 */
function isOf(undo: KeptUndo, scanId: string | null, at: string | null): boolean {
  if (scanId !== null && undo.scanIds.includes(scanId)) return true;
  return undo.at === at && (isOpen(undo) || scanId === null || undo.scanIds.length === 0);
}

/** Returns whether an undo removes this admission, and not another one of the same ticket. */
function covers(undo: KeptUndo, admission: Admission): boolean {
  if (undo.code !== admission.code) return false;
  return admission.scanId === null ? undo.scanIds.length === 0 && undo.at === admission.at : undo.scanIds.includes(admission.scanId);
}

/** Returns the undo that removes an admission, if there is one. */
async function undoOf(tx: Transaction, eventId: string, admission: Admission): Promise<KeptUndo | undefined> {
  return (await tx.list('undos', keyOf(eventId, admission.code))).find((undo) => isOpen(undo) && covers(undo, admission));
}

async function standing(tx: Transaction, eventId: string, code: string): Promise<Admission | null> {
  const admission = await tx.get('admissions', keyOf(eventId, code));
  return admission === undefined || (await undoOf(tx, eventId, admission)) !== undefined ? null : admission;
}

/** Stores the changes of one ticket: applies the undos, and keeps the earliest admission that remains. */
async function takeIn(tx: Transaction, eventId: string, code: string, changes: readonly Change[], undos: readonly KeptUndo[]): Promise<void> {
  const key = keyOf(eventId, code);
  const stored = await tx.get('admissions', key);
  // The answer to this device's own scan will settle the ticket.
  if (stored !== undefined && !stored.confirmed) return;
  const undone = changes.filter((change) => change.kind === 'undone');
  const standsAsOf = [stored?.at ?? '', stored?.settledAt ?? ''].reduce((a, b) => (a > b ? a : b));
  const isLeft = stored !== undefined && !undone.some((undo) => takesBack(undo, stored.scanId ?? stored.loggedScanId ?? null, standsAsOf));
  const before = isLeft ? stored : undefined;
  if (before !== stored) await tx.delete('admissions', key);

  const leaves = before !== undefined && undos.some((undo) => isOpen(undo) && covers(undo, before));
  let first = leaves ? undefined : before;
  for (const change of changes) {
    if (change.kind === 'undone') continue;
    const { scanId, admission } = change;
    if (undone.some((undo) => takesBack(undo, scanId, admission.at))) continue;
    // This device is undoing the admission, or has undone it.
    if (undos.some((undo) => isOf(undo, scanId, admission.at))) continue;
    if (first?.at != null && admission.at !== null && first.at <= admission.at) continue;
    first = { ...admission, ...(scanId === null ? {} : { loggedScanId: scanId }), eventId, gateKey: '' };
  }
  if (first !== undefined && first !== before) await putAdmission(tx, eventId, first);
}

/** Returns whether a logged undo removed an admission. If one of the two has no scan id, the time decides. */
function takesBack(undo: { at: string; scanId: string | null }, scanId: string | null, at: string | null): boolean {
  if (undo.scanId !== null && scanId !== null) return undo.scanId === scanId;
  return at !== null && at <= undo.at;
}

function putAdmission(tx: Transaction, eventId: string, admission: Admission): Promise<void> {
  return tx.put('admissions', keyOf(eventId, admission.code), { ...admission, eventId, gateKey: admission.gate ?? '' });
}
