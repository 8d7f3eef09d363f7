import type { Admission, Finding, KeptDoor, KeptScan, KeptUndo } from './model';
import type { Tables, Transaction } from './tables';

/** What came of recording an admission. */
export type Recorded =
  | { kind: 'recorded' }
  /** An undo that was not sent yet was called off: the first admission stands again. */
  | { kind: 'restored'; admission: Admission }
  | { kind: 'already'; admission: Admission };

/** What the server's answer to a kept scan means for what this device keeps. */
export interface Settlement {
  scanId: string;
  code: string;
  /** The ticket's admission as the server has it; `null` if it has none. */
  admission: Admission | null;
  /** Whether the ticket has ended, so that it is refused from now on. */
  revoke: boolean;
  finding: Finding | null;
}

/** An admission by this device; `scanId` is `null` if the server admitted a typed code. */
export type OwnAdmission = Pick<Admission, 'code' | 'scanId' | 'at'>;

/** Most tickets whose changes are taken in by one transaction, so that a scan never waits long. */
const LEARN_AT_ONCE = 200;

/** A change of a ticket that another door made. `scanId`: the scan's id in the door's log, if known. */
export type Change =
  | { kind: 'admitted'; scanId: string | null; admission: Admission }
  /** With `scanId`, only this scan's admission was taken back; without it, all that were made until then. */
  | { kind: 'undone'; code: string; at: string; scanId: string | null };

export interface DoorCounts {
  all: number;
  gate: number;
  /** Scans that the server does not have. */
  kept: number;
  /** Scans among `kept` that the server refused to take. */
  rejected: number;
}

/** Everything that a scanner keeps, with the rules that keep it consistent. Each method is one transaction. */
export class DoorStore {
  constructor(private readonly tables: Tables) {}

  doors(): Promise<KeptDoor[]> {
    return this.tables.read(['doors'], (tx) => tx.list('doors', ''));
  }

  door(eventId: string): Promise<KeptDoor | null> {
    return this.tables.read(['doors'], async (tx) => (await tx.get('doors', eventId)) ?? null);
  }

  /** Keeps a door, and codes that were revoked. Returns how many of them were unknown. */
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

  isRevoked(eventId: string, code: string): Promise<boolean> {
    return this.tables.read(['revoked'], async (tx) => (await tx.get('revoked', keyOf(eventId, code))) !== undefined);
  }

  /** The admission of a ticket; one that is being taken back is none. */
  admission(eventId: string, code: string): Promise<Admission | null> {
    return this.tables.read(['admissions', 'undos'], (tx) => standing(tx, eventId, code));
  }

  /** Records that somebody was let in, unless somebody was already. Two tabs cannot both record the same ticket. */
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

  /** Takes in admissions and undos of other doors, in any order. */
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

  /** Keeps an admission that the server made when this device asked it. */
  confirm(eventId: string, admission: Admission): Promise<void> {
    return this.tables.write(['admissions'], (tx) => putAdmission(tx, eventId, admission));
  }

  /** Scans that the server does not have, the earliest first; without those that it refused to take. */
  queue(eventId: string): Promise<KeptScan[]> {
    return this.tables.read(['scans'], async (tx) => (await tx.list('scans', `${eventId} `)).filter((scan) => scan.rejected === null));
  }

  rejected(eventId: string): Promise<KeptScan[]> {
    return this.tables.read(['scans'], async (tx) => (await tx.list('scans', `${eventId} `)).filter((scan) => scan.rejected !== null));
  }

  /** Ids of all events for which this device keeps scans or undos that the server does not have. */
  eventsToSend(): Promise<string[]> {
    return this.tables.read(['scans', 'undos'], async (tx) => {
      const rows = [...(await tx.list('scans', '')).filter((scan) => scan.rejected === null), ...(await tx.list('undos', '')).filter(isOpen)];
      return [...new Set(rows.map(({ eventId }) => eventId))];
    });
  }

  /** Notes that scans are being sent: from now on the server may have them. Returns those that are still kept. */
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

  /** Lets go of scans for which the server answered, and keeps what the answers say. */
  settle(eventId: string, settlements: readonly Settlement[]): Promise<void> {
    return this.tables.write(['scans', 'admissions', 'revoked', 'findings'], async (tx) => {
      for (const { scanId, code, admission, revoke, finding } of settlements) {
        await tx.delete('scans', keyOf(eventId, scanId));
        if (revoke) await tx.put('revoked', keyOf(eventId, code), true);
        if (finding !== null) await tx.put('findings', keyOf(eventId, finding.id), finding);
        const before = await tx.get('admissions', keyOf(eventId, code));
        // A newer scan of the same ticket, after an undo, waits for its own answer.
        if (before !== undefined && before.scanId !== scanId && !before.confirmed) continue;
        if (admission === null) await tx.delete('admissions', keyOf(eventId, code));
        else await putAdmission(tx, eventId, admission);
      }
    });
  }

  /** Sets a scan aside that the server refuses to take, so that it does not hold up the others. */
  reject(eventId: string, scanId: string, why: string): Promise<void> {
    return this.tables.write(['scans'], async (tx) => {
      const scan = await tx.get('scans', keyOf(eventId, scanId));
      if (scan !== undefined) await tx.put('scans', keyOf(eventId, scanId), { ...scan, rejected: why });
    });
  }

  /** Queues scans again that the server refused to take. */
  retryRejected(eventId: string): Promise<void> {
    return this.tables.write(['scans'], async (tx) => {
      for (const scan of await tx.list('scans', `${eventId} `)) {
        if (scan.rejected !== null) await tx.put('scans', keyOf(eventId, scan.scanId), { ...scan, rejected: null });
      }
    });
  }

  /**
   * Takes an admission of this device back: at once if the server cannot know of it, and otherwise by a request that is
   * kept until it is done. Another admission of the same ticket stays.
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
      // An undo that was sent may have been done: it must not become one that a scan can call off.
      const before = await tx.get('undos', undoKey(undo));
      if (before === undefined || !isOpen(before)) await tx.put('undos', undoKey(undo), undo);
      return 'requested';
    });
  }

  /** Undos that the server has not done yet. */
  undos(eventId: string): Promise<KeptUndo[]> {
    return this.tables.read(['undos'], async (tx) => (await tx.list('undos', `${eventId} `)).filter(isOpen));
  }

  /**
   * Notes that an undo is being sent, and returns it as it was before. Returns `null` if it cannot be sent: it was called off, a scan's own answer is
   * still missing, or an undo without a scan's id would take back another admission.
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
      // The server's answer may have named further scans of this device since the undo was requested.
      const admission = await tx.get('admissions', keyOf(kept.eventId, kept.code));
      const also = admission !== undefined && covers(kept, admission) ? (admission.alsoScanIds ?? []) : [];
      const complete = { ...kept, scanIds: [...new Set([...kept.scanIds, ...also])] };
      await tx.put('undos', key, { ...complete, attempted: true });
      return complete;
    });
  }

  /**
   * Notes that the server has done an undo. Other admissions of the ticket stay. The undo is kept, because the log may have been
   * read before it, and then shows the admission once more.
   */
  undone(undo: KeptUndo): Promise<void> {
    return this.tables.write(['undos', 'admissions', 'findings'], async (tx) => {
      const { eventId, code } = undo;
      await tx.put('undos', undoKey(undo), { ...undo, attempted: true, done: true });
      const admission = await tx.get('admissions', keyOf(eventId, code));
      if (admission === undefined || !covers(undo, admission)) return;
      await tx.delete('admissions', keyOf(eventId, code));
      // If another door let the ticket in too, that admission is left.
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

/** An admission has one undo; of one ticket several may be under way, one after the other. */
const undoKey = ({ eventId, code, scanIds, at }: KeptUndo) => keyOf(eventId, `${code} ${scanIds[0] ?? at}`);

/** Whether the server has not done an undo yet. */
const isOpen = ({ done }: KeptUndo) => done !== true;

/**
 * Whether an undo is that of a logged admission. A live frame names no scan, and an undo of a typed code knows none: then the
 * time decides.
 */
function isOf(undo: KeptUndo, scanId: string | null, at: string | null): boolean {
  if (scanId !== null && undo.scanIds.includes(scanId)) return true;
  return undo.at === at && (isOpen(undo) || scanId === null || undo.scanIds.length === 0);
}

/** Whether an undo takes this admission back, and not another one of the same ticket. */
function covers(undo: KeptUndo, admission: Admission): boolean {
  if (undo.code !== admission.code) return false;
  return admission.scanId === null ? undo.scanIds.length === 0 && undo.at === admission.at : undo.scanIds.includes(admission.scanId);
}

/** The undo that takes an admission back, if there is one. */
async function undoOf(tx: Transaction, eventId: string, admission: Admission): Promise<KeptUndo | undefined> {
  return (await tx.list('undos', keyOf(eventId, admission.code))).find((undo) => isOpen(undo) && covers(undo, admission));
}

async function standing(tx: Transaction, eventId: string, code: string): Promise<Admission | null> {
  const admission = await tx.get('admissions', keyOf(eventId, code));
  return admission === undefined || (await undoOf(tx, eventId, admission)) !== undefined ? null : admission;
}

/** Takes in the changes of one ticket: its undos, and the earliest admission that they leave. */
async function takeIn(tx: Transaction, eventId: string, code: string, changes: readonly Change[], undos: readonly KeptUndo[]): Promise<void> {
  const key = keyOf(eventId, code);
  const stored = await tx.get('admissions', key);
  // The answer to this device's own scan settles the ticket.
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
    // This device is taking the admission back, or has taken it back.
    if (undos.some((undo) => isOf(undo, scanId, admission.at))) continue;
    if (first?.at != null && admission.at !== null && first.at <= admission.at) continue;
    first = { ...admission, ...(scanId === null ? {} : { loggedScanId: scanId }), eventId, gateKey: '' };
  }
  if (first !== undefined && first !== before) await putAdmission(tx, eventId, first);
}

/** Whether a logged undo took an admission back. If one of the two names no scan, the time decides. */
function takesBack(undo: { at: string; scanId: string | null }, scanId: string | null, at: string | null): boolean {
  if (undo.scanId !== null && scanId !== null) return undo.scanId === scanId;
  return at !== null && at <= undo.at;
}

function putAdmission(tx: Transaction, eventId: string, admission: Admission): Promise<void> {
  return tx.put('admissions', keyOf(eventId, admission.code), { ...admission, eventId, gateKey: admission.gate ?? '' });
}
