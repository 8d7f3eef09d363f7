import { clock } from '../clock';
import type { DoorStore, Settlement } from './door-store';
import type { KeptScan, KeptUndo, LoggedScan, SyncedScan } from './model';
import { admissionIn, settlementOf } from './reconcile';

/** Largest number of scans in one call. */
export const BATCH = 100;
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 30_000;

/**
 * The reason why a call failed. `lost`: the call may succeed later. `signed-out`, `forbidden`: the call may succeed for
 * another account. `refused`: the server does not accept the content of the call.
 */
export type FailureKind = 'lost' | 'signed-out' | 'forbidden' | 'refused';

export class SendFailure extends Error {
  override readonly name = 'SendFailure';

  constructor(
    readonly kind: FailureKind,
    readonly detail: string = '',
    /** The wait that the server demands, in milliseconds. */
    readonly waitMs: number = 0,
  ) {
    super(detail);
  }
}

/** The server's calls that an outbox makes. A failed call throws `SendFailure`. */
export interface Server {
  sync(eventId: string, scans: readonly KeptScan[]): Promise<SyncedScan[]>;
  /** Undoes one scan's admission, which may be repeated. Without `scanId`, undoes all admissions of the ticket. */
  undo(eventId: string, code: string, scanId: string | null): Promise<void>;
  /** Returns the entries of the door's log down to a time, with the newest first. */
  log(eventId: string, downTo: string | null): Promise<LoggedScan[]>;
}

/** A scan that the server has answered. */
export interface Settled {
  scan: KeptScan;
  result: SyncedScan;
  settlement: Settlement;
}

export interface Step {
  /**
   * `idle`: the server has everything. `sent`: there may be more to send. `failed`: the next attempt is due after
   * `waitMs`.
   */
  outcome: 'idle' | 'sent' | 'failed';
  settled: Settled[];
  failure: SendFailure | null;
  waitMs: number;
}

/**
 * Sends kept scans and undos of one event to the server, in batches. All of its durable state is in the store, so a
 * page may end at any moment and another one may continue. A scan stays in the store until the server has answered for
 * it, and the server counts each id once.
 */
export class Outbox {
  #oneByOne = false;
  #failures = 0;

  constructor(
    private readonly store: DoorStore,
    private readonly server: Server,
    private readonly eventId: string,
    private readonly deviceId: string,
    private readonly random: () => number = Math.random,
    /** Returns the present time by the server's clock, in milliseconds since 1970. */
    private readonly now: () => number = () => clock.now(),
  ) {}

  /** Sends one undo or one batch of scans, if there is one. */
  async step(): Promise<Step> {
    try {
      const step = (await this.#sendUndos('sent')) ?? (await this.#sendScans()) ?? (await this.#sendUndos('fresh'));
      this.#failures = 0;
      return step ?? { outcome: 'idle', settled: [], failure: null, waitMs: 0 };
    } catch (error) {
      const failure = error instanceof SendFailure ? error : new SendFailure('lost', String(error));
      this.#failures += 1;
      // The wait is random above half of the bound, so that devices that lost the network together do not come back
      // together.
      const bound = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
      return { outcome: 'failed', settled: [], failure, waitMs: Math.max(failure.waitMs, bound / 2 + (this.random() * bound) / 2) };
    }
  }

  async #sendScans(): Promise<Step | null> {
    const undoing = new Set((await this.store.undos(this.eventId)).filter(({ attempted }) => attempted).map(({ code }) => code));
    const queue = (await this.store.queue(this.eventId)).filter(({ code }) => !undoing.has(code));
    if (queue.length === 0) return null;
    const scans = await this.store.markSent(queue.slice(0, this.#oneByOne ? 1 : BATCH));
    if (scans.length === 0) return sent([]);
    let results: SyncedScan[];
    try {
      results = await this.server.sync(this.eventId, scans);
    } catch (error) {
      if (!(error instanceof SendFailure) || error.kind !== 'refused') throw error;
      // One scan may make the server refuse a whole batch, so scans are sent singly until this scan is found and
      // rejected.
      const [only] = scans;
      if (scans.length === 1 && only !== undefined) await this.store.reject(this.eventId, only.scanId, error.detail);
      this.#oneByOne = scans.length > 1;
      return sent([]);
    }
    const answeredAt = new Date(this.now()).toISOString();
    const byId = new Map(scans.map((scan) => [scan.scanId, scan]));
    const settled: Settled[] = [];
    for (const result of results) {
      const scan = byId.get(result.scanId);
      if (scan === undefined) continue;
      byId.delete(result.scanId);
      settled.push({ scan, result, settlement: settlementOf(scan, result, answeredAt) });
    }
    if (settled.length === 0) throw new SendFailure('lost', 'no result for any scan');
    await this.store.settle(this.eventId, settled.map(({ settlement }) => settlement));
    return sent(settled);
  }

  /**
   * Sends one undo. An undo that was sent before precedes scans, because a scan of the same ticket counts only after
   * the undo.
   */
  async #sendUndos(which: 'sent' | 'fresh'): Promise<Step | null> {
    for (const undo of await this.store.undos(this.eventId)) {
      if (undo.attempted !== (which === 'sent')) continue;
      const marked = await this.store.markUndoSent(undo);
      if (marked === null) continue;
      try {
        await this.#sendUndo(marked);
      } catch (error) {
        // If the server refuses the undo, the ticket does not exist there, so there is nothing to undo.
        if (!(error instanceof SendFailure) || error.kind !== 'refused') throw error;
      }
      await this.store.undone(marked);
      return sent([]);
    }
    return null;
  }

  async #sendUndo({ code, scanIds, at, attempted }: KeptUndo): Promise<void> {
    for (const scanId of scanIds) await this.server.undo(this.eventId, code, scanId);
    if (scanIds.length > 0) return;
    if (!attempted) return this.server.undo(this.eventId, code, null);
    // The server may have done the first request and admitted the ticket again, so only the same admission may be
    // undone.
    const admission = admissionIn(await this.server.log(this.eventId, at), code);
    if (admission?.deviceId === this.deviceId && admission.at === at) await this.server.undo(this.eventId, code, admission.scanId);
  }
}

function sent(settled: Settled[]): Step {
  return { outcome: 'sent', settled, failure: null, waitMs: 0 };
}
