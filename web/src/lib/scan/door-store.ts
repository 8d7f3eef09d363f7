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

/** A change of a ticket that another door made. */
export type Change = { kind: 'admitted'; admission: Admission } | { kind: 'undone'; code: string; at: string };

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
      const undo = await tx.get('undos', key);
      if (before !== undefined && (undo === undefined || (undo.attempted && !before.confirmed))) {
        return { kind: 'already', admission: before };
      }
      if (before !== undefined && undo?.attempted === false) {
        await tx.delete('undos', key);
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

  /** Takes in admissions and undos of other doors, in the order in which they happened. */
  learn(eventId: string, changes: readonly Change[]): Promise<void> {
    return this.tables.write(['admissions', 'scans', 'undos'], async (tx) => {
      for (const change of changes) {
        const code = change.kind === 'admitted' ? change.admission.code : change.code;
        const key = keyOf(eventId, code);
        const before = await tx.get('admissions', key);
        // This device's own scan is settled by the answer to it, and an undo of its own by that.
        if (before !== undefined && !before.confirmed) continue;
        if ((await tx.get('undos', key)) !== undefined) continue;
        if (change.kind === 'admitted') {
          // The earliest admission counts.
          if (before?.at != null && change.admission.at !== null && before.at <= change.admission.at) continue;
          await putAdmission(tx, eventId, change.admission);
        } else if (before?.at == null || before.at <= change.at) {
          await tx.delete('admissions', key);
        }
      }
    });
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
      const rows = [...(await tx.list('scans', '')).filter((scan) => scan.rejected === null), ...(await tx.list('undos', ''))];
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

  /** Takes an admission back: at once if the server cannot know of it, and otherwise by a request that is kept until it is done. */
  undo(eventId: string, code: string, requestedAt: string): Promise<'done' | 'requested' | 'nothing'> {
    return this.tables.write(['scans', 'admissions', 'undos'], async (tx) => {
      const key = keyOf(eventId, code);
      const admission = await tx.get('admissions', key);
      if (admission === undefined) return 'nothing';
      const undo = await tx.get('undos', key);
      const scan = admission.scanId === null ? undefined : await tx.get('scans', keyOf(eventId, admission.scanId));
      if (scan !== undefined && (!scan.attempted || scan.rejected !== null)) {
        await tx.delete('scans', keyOf(eventId, scan.scanId));
        await tx.delete('admissions', key);
        return 'done';
      }
      // One that was sent may have been done: it must not become one that a scan can call off.
      if (undo === undefined) await tx.put('undos', key, { eventId, code, requestedAt, attempted: false });
      return 'requested';
    });
  }

  undos(eventId: string): Promise<KeptUndo[]> {
    return this.tables.read(['undos'], (tx) => tx.list('undos', `${eventId} `));
  }

  /**
   * Notes that an undo is being sent. Returns `false` if there is nothing to take back any more: the undo was called
   * off, the scan's own answer is still missing, or the server's admission is another door's.
   */
  markUndoSent(eventId: string, code: string, deviceId: string): Promise<boolean> {
    return this.tables.write(['undos', 'admissions', 'scans'], async (tx) => {
      const key = keyOf(eventId, code);
      const undo = await tx.get('undos', key);
      if (undo === undefined) return false;
      if (undo.attempted) return true;
      const admission = await tx.get('admissions', key);
      if (admission?.scanId != null && (await tx.get('scans', keyOf(eventId, admission.scanId))) !== undefined) return false;
      if (admission === undefined || admission.deviceId !== deviceId) {
        await tx.delete('undos', key);
        return false;
      }
      await tx.put('undos', key, { ...undo, attempted: true });
      return true;
    });
  }

  /** Lets go of an undo that the server has done. A scan that was made since stays. */
  undone(eventId: string, code: string): Promise<void> {
    return this.tables.write(['undos', 'admissions'], async (tx) => {
      const key = keyOf(eventId, code);
      const admission = await tx.get('admissions', key);
      await tx.delete('undos', key);
      if (admission?.confirmed) await tx.delete('admissions', key);
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
      const undos = await tx.list('undos', `${eventId} `);
      const leaving = await Promise.all(undos.map(({ code }) => tx.get('admissions', keyOf(eventId, code))));
      const left = leaving.filter((row, index) => row !== undefined && !(undos[index]?.attempted && !row.confirmed));
      return {
        all: (await tx.count('admissions', `${eventId} `)) - left.length,
        gate: (await tx.countAtGate(eventId, gate ?? '')) - left.filter((row) => row?.gateKey === (gate ?? '')).length,
        kept: scans.length + undos.length,
        rejected: scans.filter((scan) => scan.rejected !== null).length,
      };
    });
  }
}

const keyOf = (eventId: string, part: string) => `${eventId} ${part}`;

async function standing(tx: Transaction, eventId: string, code: string): Promise<Admission | null> {
  const admission = await tx.get('admissions', keyOf(eventId, code));
  if (admission === undefined) return null;
  const undo = await tx.get('undos', keyOf(eventId, code));
  // After an undo was sent, a new scan may have let the person in again.
  return undo === undefined || (undo.attempted && !admission.confirmed) ? admission : null;
}

function putAdmission(tx: Transaction, eventId: string, admission: Admission): Promise<void> {
  const { code, at, gate, deviceId, scanId, confirmed } = admission;
  return tx.put('admissions', keyOf(eventId, code), { code, at, gate, deviceId, scanId, confirmed, eventId, gateKey: gate ?? '' });
}

