import { clock } from '../clock';
import { live } from '../live.svelte';
import type { Frame } from '../live';
import { session } from '../session';
import { DoorLog } from './door-log';
import { type Conflict, doorServer, type ServerDoor } from './door-server';
import { DoorStore, type DoorCounts } from './door-store';
import { IdbTables } from './idb-tables';
import { type Judgement, judge, type Known, outsideHours } from './judge';
import type { Admission, Finding, KeptDoor, KeptScan, Verdict } from './model';
import { Mute } from './mute';
import { NameIndex } from './names';
import { Outbox, SendFailure, type Settled } from './outbox';
import { verdictOfCheckIn, verdictOfSync } from './reconcile';
import { type DoorNews, NEWS, stepAlone } from './sending';
import { deviceId, keepSettings, readSettings, type Settings } from './settings';
import { signal, type Signal } from './signals';
import { canVerify, importKeys, type TicketKey } from './token';

/** State of the door's list on this device. `none`: this device has no list, and the server does not return one. */
export type Readiness = 'loading' | 'ready' | 'none' | 'no-crypto' | 'no-storage';
export type Link = 'unknown' | 'online' | 'offline' | 'signed-out' | 'forbidden';

export interface Shown {
  verdict: Verdict;
  signal: Signal;
  /** Local time of the verdict, in milliseconds. */
  at: number;
  /** Number of the scan. The number grows with each scan, so that two equal verdicts in a row are distinguishable. */
  turn: number;
}

const REFRESH_MS = 30_000;
/** Time after which the names of all guests are read again, in milliseconds. */
const NAMES_MS = 10 * 60_000;

export const doorStore = new DoorStore(new IdbTables());

export function signalOf(verdict: Verdict): Signal {
  switch (verdict.kind) {
    case 'admitted':
      return verdict.confirmed ? 'ok' : 'pending';
    case 'already':
    case 'too-early':
    case 'undecided':
      return 'warn';
    case 'asking':
      return 'ask';
    default:
      return 'stop';
  }
}

/** The door of one event on this device. */
export class Door {
  readiness = $state<Readiness>('loading');
  link = $state<Link>('unknown');
  /** The last failure of a call; `null` after a successful one. */
  failure = $state.raw<SendFailure | null>(null);
  door = $state.raw<KeptDoor | null>(null);
  shown = $state.raw<Shown | null>(null);
  counts = $state.raw<DoorCounts>({ all: 0, gate: 0, kept: 0, rejected: 0 });
  findings = $state.raw<Finding[]>([]);
  conflicts = $state.raw<Conflict[]>([]);
  /** The last admission by this page, which the person can undo. */
  last = $state.raw<{ code: string; scanId: string | null; at: string | null; name: string | null } | null>(null);
  /** The guests by name; `null` until this device has their names. */
  names = $state.raw<NameIndex | null>(null);
  settings = $state<Settings>(readSettings());
  /** Milliseconds by which this device's clock is behind the server's clock. */
  clockOff = $state(0);
  /** Whether the browser may delete kept scans when storage is short. */
  atRisk = $state(false);
  /** Times from a decoded code to its verdict, in milliseconds, for measurements. */
  readonly latencies: number[] = [];

  readonly #device = deviceId();
  readonly #outbox: Outbox;
  readonly #log: DoorLog;
  readonly #mute = new Mute();
  readonly #ends: (() => void)[] = [];
  readonly #asked = new Map<string, number>();
  #keys: TicketKey[] = [];
  #keyTexts = '';
  #turn = 0;
  #sending = false;
  #again = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #refreshing: Promise<void> | null = null;
  #lookAgain = false;
  #stopped = false;
  #news: BroadcastChannel | null = null;
  #namesReadAt = -Infinity;

  constructor(readonly eventId: string) {
    this.#log = new DoorLog(doorStore, (cursor) => doorServer.logPage(eventId, cursor), eventId);
    this.#outbox = new Outbox(doorStore, doorServer, eventId, this.#device, Math.random, () => this.#now());
  }

  get device(): string {
    return this.#device;
  }

  get gate(): string | null {
    const gate = this.settings.gate.trim();
    return gate === '' ? null : gate;
  }

  async start(): Promise<void> {
    if (!(await canVerify())) {
      this.readiness = 'no-crypto';
      return;
    }
    try {
      const kept = await doorStore.door(this.eventId);
      await this.#recount();
      this.findings = await doorStore.findings(this.eventId);
      if (kept !== null) await this.#adopt(kept);
      await this.#recallNames();
    } catch {
      this.readiness = 'no-storage';
      return;
    }
    if (this.#stopped) return;
    // Persistent storage prevents the browser from deleting kept scans when the device is full.
    void navigator.storage?.persist?.().then((persistent) => (this.atRisk = !persistent), () => (this.atRisk = true));
    const onOnline = () => this.#return();
    const onVisible = () => document.visibilityState === 'visible' && this.#return();
    if (typeof BroadcastChannel !== 'undefined') {
      this.#news = new BroadcastChannel(NEWS);
      this.#news.onmessage = ({ data }: MessageEvent<DoorNews>) => {
        if (data.eventId === this.eventId) void this.#settled(data.settled);
      };
    }
    let connection = live.state;
    addEventListener('online', onOnline);
    document.addEventListener('visibilitychange', onVisible);
    this.#ends.push(
      () => removeEventListener('online', onOnline),
      () => document.removeEventListener('visibilitychange', onVisible),
      session.onChange(() => this.#wake()),
      // The page received no frames while the connection was lost.
      live.onChange(() => {
        if (live.state !== connection && live.state === 'open') this.#return();
        connection = live.state;
      }),
      live.subscribe(this.eventId, 'door', (frame) => void this.#hear(frame)),
    );
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#refresh);
    for (const end of this.#ends.splice(0)) end();
    // Names stay on this device only as long as its door is open. A reload does not end the door.
    this.#forgetNames();
    this.#news?.close();
    this.#news = null;
  }

  change(settings: Partial<Settings>): void {
    Object.assign(this.settings, settings);
    keepSettings($state.snapshot(this.settings));
    void this.#recount();
  }

  /** Admits a guest whom a person has chosen by name, as a typed code does. */
  admitGuest(code: string, name: string): Promise<void> {
    return this.scan(code, name);
  }

  /**
   * Processes a text that was decoded, typed by a scanner, or typed by a person. `name` is the guest's name if the code
   * comes from the list of names.
   */
  async scan(text: string, name: string | null = null): Promise<void> {
    if (this.door === null || !this.#mute.admits(text.trim(), Date.now())) return;
    const now = this.#now();
    const began = performance.now();
    const turn = (this.#turn += 1);
    try {
      let judgement = await judge(text, this.#known(this.door), now);
      if (judgement.kind === 'bad' && judgement.reason === 'expired-key' && this.link === 'online') {
        // The token's key may be newer than this device's list of keys.
        this.#show(turn, { kind: 'asking', code: '' });
        await this.#fetchDoor(true).catch(() => {});
        judgement = await judge(text, this.#known(this.door), now);
      }
      await this.#act(turn, judgement, text, now, name);
    } catch {
      // After any error, the next code is still judged.
      this.#show(turn, { kind: 'not-recorded' });
    }
    this.latencies.push(performance.now() - began);
    if (this.latencies.length > 2_000) this.latencies.shift();
  }

  async #act(turn: number, judgement: Judgement, text: string, now: number, name: string | null): Promise<void> {
    if (judgement.kind === 'good') await this.#admit(turn, judgement.ticket, judgement.code, now, name);
    else if (judgement.kind === 'unchecked') await this.#ask(turn, judgement.code, text, name);
    else this.#show(turn, judgement);
  }

  /** Admits a ticket by a person's decision, if the server gave no answer about a typed code. */
  async letIn(code: string): Promise<void> {
    const turn = (this.#turn += 1);
    try {
      await this.#admit(turn, code, code, this.#now());
    } catch {
      this.#show(turn, { kind: 'not-recorded' });
    }
  }

  async #admit(turn: number, ticket: string, code: string, now: number, name: string | null = null): Promise<void> {
    const scannedAt = new Date(now).toISOString();
    const scan: KeptScan = {
      // The ids sort by time, so that scans are sent in the order in which they were made.
      scanId: `${now.toString(36).padStart(9, '0')}-${crypto.randomUUID()}`,
      eventId: this.eventId,
      ticket,
      scannedAt,
      gate: this.gate,
      deviceId: this.#device,
      code,
      attempted: false,
      rejected: null,
    };
    const recorded = await doorStore.admit(scan);
    if (recorded.kind === 'already') {
      this.#show(turn, { kind: 'already', code, admission: recorded.admission, name });
      return;
    }
    const admission = recorded.kind === 'restored' ? recorded.admission : null;
    this.last = { code, scanId: admission === null ? scan.scanId : admission.scanId, at: admission === null ? scannedAt : admission.at, name };
    this.#show(turn, {
      kind: 'admitted',
      code,
      at: admission?.at ?? scannedAt,
      confirmed: admission?.confirmed ?? false,
      scanId: admission === null ? scan.scanId : admission.scanId,
      name,
      ended: false,
    });
    void this.#changed();
    void this.#send();
  }

  /** Sends a typed code to the server, because only the server can decide whether the code is a ticket. */
  async #ask(turn: number, code: string, ticket: string, name: string | null): Promise<void> {
    this.#show(turn, { kind: 'asking', code });
    const askedAt = this.#asked.get(code) ?? null;
    if (askedAt === null) this.#asked.set(code, this.#now());
    try {
      const answer = await doorServer.checkIn(this.eventId, ticket, this.gate, this.#device);
      const verdict = verdictOfCheckIn(answer, { deviceId: this.#device, askedAt, code, now: new Date(this.#now()).toISOString() });
      if (verdict.kind === 'admitted') {
        const { at } = verdict;
        await doorStore.confirm(this.eventId, { code, at, gate: this.gate, deviceId: this.#device, scanId: null, confirmed: true });
        this.last = { code, scanId: null, at, name: verdict.name };
      } else if (verdict.kind === 'already') {
        await doorStore.learn(this.eventId, [{ kind: 'admitted', scanId: null, admission: { ...verdict.admission, code } }]);
      }
      this.#asked.delete(code);
      this.#reached();
      this.#show(turn, verdict);
      void this.#changed();
    } catch (error) {
      const failure = error instanceof SendFailure ? error : new SendFailure('lost');
      if (failure.kind === 'refused') {
        this.#asked.delete(code);
        this.#show(turn, { kind: 'bad', reason: 'unknown' });
        return;
      }
      this.#lost(failure);
      if (name === null || this.door === null || failure.kind === 'forbidden') {
        this.#show(turn, { kind: 'undecided', code });
        return;
      }
      // The server listed this code, so it is a ticket of the event. If it was revoked since, the server says so later.
      const now = this.#now();
      const closed = outsideHours(this.door, now);
      if (closed === null) await this.#admit(turn, code, code, now, name);
      else this.#show(turn, closed);
    }
  }

  /** Undoes the last admission by this page. Returns the guest's name, or the code if the name is unknown. */
  async undoLast(): Promise<string | null> {
    const { last } = this;
    if (last === null) return null;
    this.last = null;
    await doorStore.undo(this.eventId, last, new Date(this.#now()).toISOString());
    this.#mute.clear();
    this.#turn += 1;
    this.shown = null;
    await this.#changed();
    void this.#send();
    return last.name ?? last.code;
  }

  clearVerdict(): void {
    this.shown = null;
  }

  async dismissFinding(id: string): Promise<void> {
    await doorStore.dismiss(this.eventId, id);
    this.findings = await doorStore.findings(this.eventId);
  }

  async retryRejected(): Promise<void> {
    await doorStore.retryRejected(this.eventId);
    await this.#recount();
    void this.#send();
  }

  /** Contacts the server again at once. */
  reload(): void {
    this.#wake();
  }

  /**
   * Returns the latest present time that the server's clock may show, in milliseconds since 1970. With this time, a
   * scan is later than everything that the server has answered before. This matters because an undo removes the
   * admissions that are not later than the undo.
   */
  #now(): number {
    return Date.now() + (clock.known ? clock.latestOffset : (this.door?.clockOffset ?? 0));
  }

  #known(door: KeptDoor): Known {
    return {
      door,
      keys: this.#keys,
      isRevoked: (code) => doorStore.isRevoked(this.eventId, code),
      admission: (code) => doorStore.admission(this.eventId, code),
    };
  }

  #show(turn: number, verdict: Verdict): void {
    // A slow verdict must not replace the verdict of a later scan.
    if (turn < this.#turn) return;
    const kind = signalOf(verdict);
    this.shown = { verdict, signal: kind, at: Date.now(), turn };
    signal(kind, this.settings.sound);
  }

  /** Sends kept scans and undos until none is left or a call fails. */
  async #send(): Promise<void> {
    if (this.#sending) {
      this.#again = true;
      return;
    }
    this.#sending = true;
    clearTimeout(this.#retry);
    try {
      do {
        this.#again = false;
        const step = await stepAlone(this.eventId, this.#outbox);
        if (step.outcome === 'sent') this.#news?.postMessage({ eventId: this.eventId, settled: step.settled } satisfies DoorNews);
        if (this.#stopped) return;
        if (step.outcome === 'failed' && step.failure !== null) {
          this.#lost(step.failure);
          // Another account or the network may resolve the failure, and both events start a new attempt.
          const patient = step.failure.kind === 'lost' ? step.waitMs : Math.max(step.waitMs, REFRESH_MS);
          this.#retry = setTimeout(() => void this.#send(), patient);
          break;
        }
        if (step.outcome === 'sent') {
          this.#again = true;
          this.#reached();
          await this.#settled(step.settled);
        }
      } while (this.#again);
    } finally {
      this.#sending = false;
    }
  }

  async #settled(settled: readonly Settled[]): Promise<void> {
    const { shown } = this;
    for (const { scan, result } of settled) {
      const verdict = verdictOfSync(scan, result);
      if (this.last?.scanId === scan.scanId) this.last = verdict.kind === 'admitted' ? { ...this.last, name: verdict.name } : null;
      if (shown?.verdict.kind !== 'admitted' || shown.verdict.scanId !== scan.scanId || shown !== this.shown) continue;
      const kind = signalOf(verdict);
      this.shown = { ...shown, verdict, signal: kind };
      // The sound of the admission has already played, so only a change to a worse verdict plays a sound.
      if (kind !== 'ok') signal(kind, this.settings.sound);
    }
    if (settled.some(({ settlement }) => settlement.finding !== null)) {
      this.findings = await doorStore.findings(this.eventId);
      void this.#fetchConflicts().catch(() => {});
    }
    await this.#recount();
  }

  /** Updates the door after a time in which it may have missed changes. */
  #return(): void {
    this.#log.missed();
    // A reading that is already running may have missed changes too.
    this.#lookAgain = this.#refreshing !== null;
    this.#wake();
  }

  #wake(): void {
    if (this.#stopped) return;
    void this.#send();
    void this.#lookAfter();
  }

  /** Updates the list, the log and the conflicts now, and again every half minute. */
  #lookAfter(): Promise<void> {
    this.#refreshing ??= this.#lookOnce().finally(() => {
      this.#refreshing = null;
      clearTimeout(this.#refresh);
      if (!this.#stopped) this.#refresh = setTimeout(() => void this.#lookAfter(), this.#lookAgain ? 0 : REFRESH_MS);
      this.#lookAgain = false;
    });
    return this.#refreshing;
  }

  async #lookOnce(): Promise<void> {
    try {
      await this.#fetchDoor(false);
      this.#reached();
      void this.#send();
      await this.#fetchLog();
      await this.#fetchConflicts();
      await this.#fetchNames();
    } catch (error) {
      this.#lost(error instanceof SendFailure ? error : new SendFailure('lost', String(error)));
    }
  }

  async #fetchDoor(hurry: boolean): Promise<void> {
    const event = this.door !== null && hurry ? null : await doorServer.event(this.eventId);
    for (;;) {
      const before = this.door;
      let answer: ServerDoor;
      try {
        answer = await doorServer.door(this.eventId, before?.cursor ?? null, hurry);
      } catch (error) {
        if (!(error instanceof SendFailure) || error.kind !== 'refused' || before === null || before.cursor === null) throw error;
        // The server does not accept the cursor, so the list is read from its beginning.
        this.door = { ...before, cursor: null };
        continue;
      }
      const door: KeptDoor = {
        eventId: this.eventId,
        title: event?.title ?? before?.title ?? '',
        venue: event?.venue ?? before?.venue ?? '',
        timezone: event?.timezone ?? before?.timezone ?? 'UTC',
        startsAt: event?.startsAt ?? before?.startsAt ?? answer.doorsOpenAt,
        registered: event?.registered ?? before?.registered ?? 0,
        keys: answer.keys.map(({ publicKey }) => publicKey),
        doorsOpenAt: answer.doorsOpenAt,
        endsAt: answer.endsAt,
        cancelled: (before?.cancelled ?? false) || answer.status === 'cancelled',
        asOf: answer.asOf,
        cursor: answer.nextCursor,
        clockOffset: clock.known ? clock.latestOffset : (before?.clockOffset ?? 0),
      };
      const fresh = await doorStore.keepDoor(door, answer.revoked);
      await this.#adopt(door);
      if (fresh === 0) return;
    }
  }

  async #fetchLog(): Promise<void> {
    await this.#log.read();
    await this.#recount();
  }

  async #fetchConflicts(): Promise<void> {
    this.conflicts = await doorServer.conflicts(this.eventId);
  }

  /** Reads the names that this device kept, so that a search works before the first connection. */
  async #recallNames(): Promise<void> {
    await doorStore.forgetOldNames(this.#now());
    const kept = await doorStore.names(this.eventId);
    if (kept === null) return;
    this.#namesReadAt = kept.readAt;
    this.names = new NameIndex(kept.guests);
  }

  async #fetchNames(): Promise<void> {
    const { door } = this;
    if (door === null || this.#stopped) return;
    if (this.#now() >= Date.parse(door.endsAt)) {
      this.#forgetNames();
      return;
    }
    if (Math.abs(Date.now() - this.#namesReadAt) < NAMES_MS) return;
    const guests = await doorServer.names(this.eventId);
    if (this.#stopped) return;
    this.#namesReadAt = Date.now();
    await doorStore.keepNames({ eventId: this.eventId, readAt: this.#namesReadAt, endsAt: door.endsAt, guests });
    this.names = new NameIndex(guests);
  }

  #forgetNames(): void {
    this.names = null;
    this.#namesReadAt = -Infinity;
    void doorStore.forgetNames(this.eventId).catch(() => {});
  }

  async #hear(frame: Frame): Promise<void> {
    if (frame.type === 'check-in' && frame.code !== undefined) {
      const { code, at, gate = null, result } = frame;
      if (result === 'admitted') {
        const admission: Admission = { code, at, gate, deviceId: null, scanId: null, confirmed: true };
        await doorStore.learn(this.eventId, [{ kind: 'admitted', scanId: null, admission }]);
      } else if (result === 'undone') {
        // The frame does not name the admission that was undone, but the log does.
        await this.#log.read().catch(() => this.#log.missed());
      }
      await this.#recount();
    } else if (frame.type === 'conflict') {
      await this.#fetchConflicts().catch(() => {});
    } else if (frame.type === 'event') {
      await this.#lookAfter();
    }
  }

  async #adopt(door: KeptDoor): Promise<void> {
    const texts = door.keys.join(' ');
    if (texts !== this.#keyTexts) {
      this.#keys = await importKeys(door.keys);
      this.#keyTexts = texts;
    }
    this.door = door;
    this.clockOff = clock.known ? clock.offset : (door.clockOffset ?? 0);
    this.readiness = 'ready';
  }

  #reached(): void {
    this.link = 'online';
    this.failure = null;
    this.clockOff = clock.known ? clock.offset : 0;
  }

  #lost(failure: SendFailure): void {
    this.failure = failure;
    this.link = failure.kind === 'signed-out' ? 'signed-out' : failure.kind === 'forbidden' ? 'forbidden' : 'offline';
    if (this.door === null) this.readiness = 'none';
    // An account that lost its right at this door keeps no names of its guests.
    if (failure.kind === 'forbidden') this.#forgetNames();
  }

  /** Updates the counts, here and in the other tabs. */
  #changed(): Promise<void> {
    this.#news?.postMessage({ eventId: this.eventId, settled: [] } satisfies DoorNews);
    return this.#recount();
  }

  async #recount(): Promise<void> {
    this.counts = await doorStore.counts(this.eventId, this.gate);
  }
}
