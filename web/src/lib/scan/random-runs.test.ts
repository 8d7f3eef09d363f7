import { describe, expect, it } from 'vitest';
import { DoorStore } from './door-store';
import { MemoryTables } from './memory-tables';
import type { KeptScan, SyncedScan } from './model';
import { Outbox, SendFailure, type Server } from './outbox';
import type { Table, Tables, Transaction } from './tables';

// Random lives of a scanner: scans, undos, cut networks, lost answers, killed and reloaded pages. Whatever happens, the
// server ends up with each scan once, and with those people inside whom the screen showed inside.

const EVENT = 'evt_01h455vb4pex5vsknk084sn02q';
const CODES = Array.from({ length: 12 }, (_, index) => `AAAA-AAAA-${String(index).padStart(4, '0')}`);

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const never = () => new Promise<never>(() => {});

async function pause(random: () => number, most: number): Promise<void> {
  for (let left = Math.floor(random() * most); left > 0; left -= 1) await Promise.resolve();
}

/** Server that counts each scan once and merges by ticket, as the real one does. */
class SimulatedServer {
  readonly scans = new Map<string, { scan: KeptScan; undone: boolean }>();

  sync(scans: readonly KeptScan[]): SyncedScan[] {
    return scans.map((scan) => {
      const known = this.scans.get(scan.scanId);
      if (known === undefined) this.scans.set(scan.scanId, { scan, undone: false });
      else expect({ ...scan, attempted: true }).toEqual({ ...known.scan, attempted: true });
      const standing = [...this.scans.values()].filter((entry) => entry.scan.code === scan.code && !entry.undone);
      const first = standing.sort((a, b) => (a.scan.scannedAt < b.scan.scannedAt ? -1 : 1))[0]?.scan;
      if (this.scans.get(scan.scanId)?.undone === true || first === undefined) {
        return { scanId: scan.scanId, result: 'invalid', reason: 'undone' };
      }
      const conflicts = standing
        .filter((entry) => entry.scan.scanId !== scan.scanId)
        .map(({ scan: { scanId, scannedAt, gate, deviceId } }) => ({ scanId, scannedAt, gate, deviceId }));
      return {
        scanId: scan.scanId,
        result: first.scanId === scan.scanId ? 'admitted' : 'already-admitted',
        admittedAt: first.scannedAt,
        deviceId: first.deviceId,
        ...(first.gate === null ? {} : { gate: first.gate }),
        ...(conflicts.length === 0 ? {} : { conflicts }),
      };
    });
  }

  undo(code: string): void {
    for (const entry of this.scans.values()) if (entry.scan.code === code) entry.undone = true;
  }

  inside(): string[] {
    return [...new Set([...this.scans.values()].filter((entry) => !entry.undone).map(({ scan }) => scan.code))].sort();
  }
}

/** Storage of a page that may be killed: a transaction then happened or not, and nothing follows. */
class MortalTables implements Tables {
  /** Transactions until death; `Infinity` for none. */
  left = Infinity;
  readonly died: Promise<'died'>;
  #die: () => void = () => {};

  constructor(
    private readonly inner: Tables,
    private readonly random: () => number,
  ) {
    this.died = new Promise((resolve) => {
      this.#die = () => resolve('died');
    });
  }

  kill(): void {
    this.left = 0;
    this.#die();
  }

  read<T>(tables: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#run(() => this.inner.read(tables, work));
  }

  write<T>(tables: readonly Table[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#run(() => this.inner.write(tables, work));
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.left <= 0) {
      this.#die();
      return never();
    }
    this.left -= 1;
    if (this.left === 0) {
      if (this.random() < 0.5) await work();
      this.#die();
      return never();
    }
    return work();
  }
}

class Device {
  readonly disk = new MemoryTables();
  online = true;
  /** Codes whose holders the screen shows inside. */
  readonly shown = new Set<string>();
  readonly recorded: string[] = [];
  page: MortalTables;
  store: DoorStore;
  outbox: Outbox;
  working: Promise<unknown> = Promise.resolve();
  #scans = 0;

  constructor(
    readonly name: string,
    private readonly server: SimulatedServer,
    private readonly random: () => number,
    private readonly now: () => string,
  ) {
    this.page = new MortalTables(this.disk, random);
    this.store = new DoorStore(this.page);
    this.outbox = this.#outbox();
  }

  reload(): void {
    this.page.kill();
    this.page = new MortalTables(this.disk, this.random);
    this.store = new DoorStore(this.page);
    this.outbox = this.#outbox();
    this.working = Promise.resolve();
  }

  #outbox(): Outbox {
    const { random, server, page } = this;
    const call = async <T>(apply: () => T): Promise<T> => {
      await pause(random, 12);
      if (page.left <= 0) return never();
      if (!this.online || random() < 0.15) throw new SendFailure('lost');
      const answer = apply();
      await pause(random, 12);
      if (!this.online || random() < 0.2) throw new SendFailure('lost');
      return answer;
    };
    const link: Server = {
      sync: (_, scans) =>
        call(() => {
          // An answer may lack some results.
          const results = server.sync(structuredClone(scans) as KeptScan[]);
          return random() < 0.1 ? results.slice(0, Math.ceil(results.length / 2)) : results;
        }),
      undo: (_, code) => call(() => server.undo(code)),
    };
    return new Outbox(this.store, link, EVENT, this.name, random);
  }

  async scan(code: string): Promise<void> {
    this.#scans += 1;
    const scan: KeptScan = {
      scanId: `${this.name}-${String(this.#scans).padStart(5, '0')}`,
      eventId: EVENT,
      ticket: code,
      scannedAt: this.now(),
      gate: this.name,
      deviceId: this.name,
      code,
      attempted: false,
      rejected: null,
    };
    const inside = this.shown.has(code);
    const result = await Promise.race([this.store.admit(scan), this.page.died]);
    if (result === 'died') return this.#lookAgain(code);
    // A ticket is never let in twice, nor refused without having been let in.
    expect(result.kind === 'already', `${scan.scanId} ${code}`).toBe(inside);
    if (result.kind === 'recorded') this.recorded.push(scan.scanId);
    this.shown.add(code);
  }

  async undo(code: string): Promise<void> {
    const result = await Promise.race([this.store.undo(EVENT, code, this.now()), this.page.died]);
    if (result === 'died') return this.#lookAgain(code);
    this.shown.delete(code);
  }

  /** The page died before it showed anything: what is on the disk counts. */
  async #lookAgain(code: string): Promise<void> {
    this.reload();
    if ((await this.store.admission(EVENT, code)) === null) this.shown.delete(code);
    else this.shown.add(code);
  }

  async drain(): Promise<void> {
    this.online = true;
    for (let calls = 0; calls < 400; calls += 1) {
      if ((await this.outbox.step()).outcome === 'idle') return;
    }
    throw new Error('the queue does not get empty');
  }
}

async function life(seed: number): Promise<void> {
  const random = generator(seed);
  const server = new SimulatedServer();
  let time = Date.parse('2029-05-01T18:00:00Z');
  const device = new Device('a', server, random, () => new Date((time += 137)).toISOString());
  const code = () => CODES[Math.floor(random() * CODES.length)] as string;

  for (let event = 0; event < 60; event += 1) {
    const dice = random();
    if (dice < 0.4) await device.scan(code());
    else if (dice < 0.52) await device.undo(code());
    else if (dice < 0.6) device.online = !device.online;
    else if (dice < 0.66) device.reload();
    else if (dice < 0.72) device.page.left = 1 + Math.floor(random() * 6);
    else {
      // One call at a time, as the page does; half of them go on while people scan.
      device.working = device.working.then(() => device.outbox.step());
      if (dice < 0.86) await Promise.race([device.working, device.page.died]);
    }
    if (device.page.left <= 0) device.reload();
  }
  device.reload();
  await device.drain();

  expect(server.inside(), `seed ${seed}`).toEqual([...device.shown].sort());
  expect(await device.store.counts(EVENT, 'a')).toEqual({ all: device.shown.size, gate: device.shown.size, kept: 0, rejected: 0 });
  for (const inside of device.shown) expect(await device.store.admission(EVENT, inside), `seed ${seed}`).toMatchObject({ confirmed: true });
}

describe('a scanner’s life', () => {
  it('loses no scan and counts none twice, a thousand times', async () => {
    for (let seed = 1; seed <= 1_000; seed += 1) await life(seed);
  }, 60_000);

  it('lets two doors without a network both admit, and both learn of it', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = generator(seed);
      const server = new SimulatedServer();
      let time = Date.parse('2029-05-01T18:00:00Z');
      const now = () => new Date((time += 1_000)).toISOString();
      const doors = [new Device('a', server, random, now), new Device('b', server, random, now)] as const;
      for (const door of doors) door.online = false;
      for (let event = 0; event < 20; event += 1) {
        const door = doors[random() < 0.5 ? 0 : 1];
        await door.scan(CODES[Math.floor(random() * CODES.length)] as string);
        if (random() < 0.1) door.reload();
      }
      const both = [...doors[0].shown].filter((code) => doors[1].shown.has(code)).sort();
      await doors[0].drain();
      await doors[1].drain();
      expect(server.scans.size).toBe(doors[0].recorded.length + doors[1].recorded.length);
      // The door that sends last is told by the answers; the first one finds the same tickets in the list of conflicts.
      expect((await doors[1].store.findings(EVENT)).map(({ code }) => code).sort()).toEqual(both);
      expect((await doors[0].store.findings(EVENT)).length).toBe(0);
    }
  });
});
