import { describe, expect, it } from 'vitest';
import { DoorLog, type LogPage, readLog } from './door-log';
import { DoorStore } from './door-store';
import { MemoryTables } from './memory-tables';
import type { KeptScan, LoggedScan, SyncedScan } from './model';
import { Outbox, SendFailure, type Server } from './outbox';
import type { Table, Tables, Transaction } from './tables';

// Random runs of a scanner, with scans, undos, lost networks, lost answers, and killed and reloaded pages. In every
// run, the server must end up with each scan once, and the people whom the server admitted must be those whom the
// screen showed as admitted.

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

interface ServerScan {
  scanId: string;
  at: string;
  gate: string | null;
  deviceId: string;
  online: boolean;
}

/** A ticket with the rules of shared/domain/src/door.rs. */
class ServerTicket {
  scans: ServerScan[] = [];
  readonly undone = new Set<string>();
  undoneAt = '';

  take(scan: ServerScan): void {
    if (this.has(scan.scanId) || this.undone.has(scan.scanId)) return;
    if (!scan.online && scan.at <= this.undoneAt) return;
    this.scans.push(scan);
    this.scans.sort((a, b) => (a.at < b.at || (a.at === b.at && a.scanId < b.scanId) ? -1 : 1));
  }

  /** Undoes all admissions, or one scan's admission. Returns whether an admission was undone. */
  undo(now: string, scanId: string | null): boolean {
    if (scanId === null) {
      const tookBack = this.scans.length > 0;
      const online = this.scans.filter((scan) => scan.online).map(({ at }) => at);
      for (const scan of this.scans) this.undone.add(scan.scanId);
      this.scans = [];
      this.undoneAt = [this.undoneAt, now, ...online].reduce((latest, at) => (at > latest ? at : latest));
      return tookBack;
    }
    const tookBack = this.has(scanId);
    this.undone.add(scanId);
    this.scans = this.scans.filter((scan) => scan.scanId !== scanId);
    return tookBack;
  }

  has(scanId: string): boolean {
    return this.scans.some((scan) => scan.scanId === scanId);
  }
}

/** A server that counts each scan once and merges scans by ticket, with the rules and the log of the real server. */
class SimulatedServer {
  readonly tickets = new Map<string, ServerTicket>();
  readonly received = new Map<string, KeptScan>();
  #log: LoggedScan[] = [];
  #ids = 0;

  constructor(private readonly now: () => string) {}

  ticket(code: string): ServerTicket {
    const ticket = this.tickets.get(code) ?? new ServerTicket();
    this.tickets.set(code, ticket);
    return ticket;
  }

  sync(scans: readonly KeptScan[]): SyncedScan[] {
    for (const scan of scans) {
      const known = this.received.get(scan.scanId);
      if (known === undefined) this.received.set(scan.scanId, scan);
      else expect({ ...scan, attempted: true }).toEqual({ ...known, attempted: true });
      const { scanId, scannedAt: at, gate, deviceId } = scan;
      this.ticket(scan.code).take({ scanId, at, gate, deviceId, online: false });
    }
    return scans.map((scan) => {
      const { scanId, code, scannedAt, gate, deviceId } = scan;
      const result = this.#result(scan);
      this.#note({ scanId, at: scannedAt, by: 'usr_', gate, deviceId, code, result: result.result });
      return result;
    });
  }

  #result({ scanId, code, scannedAt }: KeptScan): SyncedScan {
    const ticket = this.ticket(code);
    const [first] = ticket.scans;
    if (first === undefined || (!ticket.has(scanId) && (ticket.undone.has(scanId) || scannedAt <= ticket.undoneAt))) {
      return { scanId, result: 'invalid', reason: 'undone' };
    }
    const conflicts = ticket.scans
      .filter((other) => other.scanId !== scanId)
      .map((other) => ({ scanId: other.scanId, scannedAt: other.at, gate: other.gate, deviceId: other.deviceId }));
    return {
      scanId,
      result: first.scanId === scanId ? 'admitted' : 'already-admitted',
      admittedAt: first.at,
      deviceId: first.deviceId,
      ...(first.gate === null ? {} : { gate: first.gate }),
      ...(conflicts.length === 0 ? {} : { conflicts }),
    };
  }

  /** Processes a typed code. Returns the time of the admission if this scan made it. */
  checkIn(code: string, deviceId: string): string | null {
    const ticket = this.ticket(code);
    if (ticket.scans.length > 0) return null;
    const scan: ServerScan = { scanId: `online-${(this.#ids += 1)}`, at: this.now(), gate: deviceId, deviceId, online: true };
    ticket.take(scan);
    this.#note({ scanId: scan.scanId, at: scan.at, by: 'usr_', gate: deviceId, deviceId, code, result: 'admitted' });
    return scan.at;
  }

  undo(code: string, scanId: string | null): void {
    const at = this.now();
    // The log does not show the undo while another scan admits the holder.
    if (!this.ticket(code).undo(at, scanId) || this.ticket(code).scans.length > 0) return;
    const undone = scanId === null ? {} : { undoneScanId: scanId };
    this.#note({ scanId: `undo-${(this.#ids += 1)}`, at, by: 'usr_', gate: null, deviceId: null, code, result: 'undone', ...undone });
  }

  /** Adds an entry to the log at the time of its scan. A scan that is sent again keeps its one entry. */
  #note(entry: LoggedScan): void {
    this.#log = [...this.#log.filter(({ scanId }) => scanId !== entry.scanId), entry].sort((a, b) =>
      a.at < b.at || (a.at === b.at && a.scanId < b.scanId) ? 1 : -1,
    );
  }

  entries(): LoggedScan[] {
    return structuredClone(this.#log);
  }

  page(cursor: string | null, limit: number): LogPage {
    const from = cursor === null ? 0 : Number(cursor);
    const items = structuredClone(this.#log.slice(from, from + limit));
    return { items, nextCursor: from + limit < this.#log.length ? String(from + limit) : null };
  }

  inside(): string[] {
    return [...this.tickets].filter(([, ticket]) => ticket.scans.length > 0).map(([code]) => code).sort();
  }

  insideBy(deviceId: string): string[] {
    const by = [...this.tickets].filter(([, ticket]) => ticket.scans.some((scan) => scan.deviceId === deviceId));
    return by.map(([code]) => code).sort();
  }
}

/**
 * The storage of a page that may be killed. The running transaction then either happens or does not, and no other
 * follows.
 */
class MortalTables implements Tables {
  /** Number of transactions until the page is killed; `Infinity` if it is never killed. */
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
  /** Codes of the tickets that this device admitted, according to its screen. */
  readonly shown = new Set<string>();
  readonly recorded: string[] = [];
  page: MortalTables;
  store: DoorStore;
  outbox: Outbox;
  log: DoorLog;
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
    this.log = this.#logReader();
  }

  reload(): void {
    this.page.kill();
    this.page = new MortalTables(this.disk, this.random);
    this.store = new DoorStore(this.page);
    this.outbox = this.#outbox();
    this.log = this.#logReader();
    this.working = Promise.resolve();
  }

  #logReader(): DoorLog {
    return new DoorLog(this.store, async (cursor) => this.server.page(cursor, 5), EVENT, () => Date.parse(this.now()));
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
      undo: (_, code, scanId) => call(() => server.undo(code, scanId)),
      log: (_, downTo) => call(() => server.entries()).then((entries) => readLog(async () => ({ items: entries, nextCursor: null }), downTo)),
    };
    return new Outbox(this.store, link, EVENT, this.name, random, () => Date.parse(this.now()));
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
    const elsewhere = !inside && (await Promise.race([this.store.admission(EVENT, code), this.page.died]));
    if (elsewhere === 'died') return this.#lookAgain(code);
    const result = await Promise.race([this.store.admit(scan), this.page.died]);
    if (result === 'died') return this.#lookAgain(code);
    // A ticket must not be admitted twice, and must not be refused without an admission. Between the two reads, this
    // page may have stored another door's admission.
    const learned = result.kind === 'already' && result.admission.deviceId !== this.name;
    expect(result.kind === 'already', `${scan.scanId} ${code}`).toBe(inside || (elsewhere !== false && elsewhere !== null) || learned);
    if (result.kind === 'recorded') this.recorded.push(scan.scanId);
    if (result.kind !== 'already') this.shown.add(code);
  }

  /** Types a code, which only an answer of the server can check. */
  async type(code: string): Promise<void> {
    if (!this.online || (await this.store.admission(EVENT, code)) !== null) return;
    const at = this.server.checkIn(code, this.name);
    if (at === null) return;
    await this.store.confirm(EVENT, { code, at, gate: this.name, deviceId: this.name, scanId: null, confirmed: true });
    this.shown.add(code);
  }

  /** Undoes an admission of this device, as the page allows it. */
  async undo(code: string): Promise<void> {
    const admission = await Promise.race([this.store.admission(EVENT, code), this.page.died]);
    if (admission === 'died') return this.#lookAgain(code);
    // The page allows the undo of its own admissions only.
    if (admission?.deviceId !== this.name || !this.shown.has(code)) return;
    const result = await Promise.race([this.store.undo(EVENT, admission, this.now()), this.page.died]);
    if (result === 'died') return this.#lookAgain(code);
    this.shown.delete(code);
  }

  /** Reads the admission from the disk, because the page was killed before it showed the verdict. */
  async #lookAgain(code: string): Promise<void> {
    this.reload();
    const admission = await this.store.admission(EVENT, code);
    if (admission === null) this.shown.delete(code);
    else if (admission.scanId !== null) this.shown.add(code);
  }

  async drain(): Promise<void> {
    this.online = true;
    for (let calls = 0; calls < 400; calls += 1) {
      if ((await this.outbox.step()).outcome === 'idle') return;
    }
    throw new Error('the queue does not get empty');
  }
}

type Clock = () => string;

/** Performs a random action on a device. Several devices may work with the same tickets. */
async function happen(device: Device, dice: number, random: () => number): Promise<void> {
  const code = CODES[Math.floor(random() * CODES.length)] as string;
  if (dice < 0.4) await device.scan(code);
  else if (dice < 0.52) await device.undo(code);
  else if (dice < 0.6) device.online = !device.online;
  else if (dice < 0.66) device.reload();
  else if (dice < 0.72) device.page.left = 1 + Math.floor(random() * 6);
  else {
    // One call runs at a time, as on the page. Half of the calls continue while people scan.
    device.working = device.working.then(() => device.outbox.step());
    if (dice < 0.86) await Promise.race([device.working, device.page.died]);
  }
  if (device.page.left <= 0) device.reload();
}

function start(seed: number, ...names: string[]): { random: () => number; server: SimulatedServer; devices: Device[] } {
  const random = generator(seed);
  let time = Date.parse('2029-05-01T18:00:00Z');
  const now: Clock = () => new Date((time += 137)).toISOString();
  const server = new SimulatedServer(now);
  return { random, server, devices: names.map((name) => new Device(name, server, random, now)) };
}

async function life(seed: number): Promise<void> {
  const { random, server, devices } = start(seed, 'a');
  const [device] = devices as [Device];
  for (let event = 0; event < 60; event += 1) await happen(device, random(), random);
  device.reload();
  await device.drain();

  expect(server.inside(), `seed ${seed}`).toEqual([...device.shown].sort());
  expect(await device.store.counts(EVENT, 'a')).toEqual({ all: device.shown.size, gate: device.shown.size, kept: 0, rejected: 0 });
  for (const inside of device.shown) expect(await device.store.admission(EVENT, inside), `seed ${seed}`).toMatchObject({ confirmed: true });
}

/**
 * Runs two doors that admit the same tickets and undo the admissions. Each door keeps its own admissions, regardless of
 * the other door's undos.
 */
async function twoLives(seed: number): Promise<void> {
  const { random, server, devices } = start(seed, 'a', 'b');
  for (let event = 0; event < 100; event += 1) {
    const device = devices[random() < 0.5 ? 0 : 1] as Device;
    await happen(device, random(), random);
    if (device.online && random() < 0.1) await Promise.race([device.log.read(), device.page.died]);
    if (device.page.left <= 0) device.reload();
  }
  for (const device of devices) {
    device.reload();
    await device.drain();
  }
  for (const device of devices) expect(server.insideBy(device.name), `seed ${seed} ${device.name}`).toEqual([...device.shown].sort());
}

/** Runs two doors that type codes. The server admits each code at once, and an undo has no scan id. */
async function twoTyping(seed: number): Promise<void> {
  const { random, server, devices } = start(seed, 'a', 'b');
  for (let event = 0; event < 100; event += 1) {
    const device = devices[random() < 0.5 ? 0 : 1] as Device;
    const dice = random();
    const code = CODES[Math.floor(random() * 3)] as string;
    if (dice < 0.4) await device.type(code);
    else if (dice < 0.7) await device.undo(code);
    else if (dice < 0.75) device.online = !device.online;
    else await device.outbox.step();
  }
  for (const device of devices) await device.drain();
  for (const device of devices) expect(server.insideBy(device.name), `seed ${seed} ${device.name}`).toEqual([...device.shown].sort());
}

describe('a random run of scanners', () => {
  it('loses no scan and counts none twice, a thousand times', async () => {
    for (let seed = 1; seed <= 1_000; seed += 1) await life(seed);
  }, 60_000);

  it('never undoes an admission of another door, three hundred times', async () => {
    for (let seed = 1; seed <= 300; seed += 1) await twoLives(seed);
  }, 60_000);

  it('never undoes another admission of a typed code, three hundred times', async () => {
    for (let seed = 1; seed <= 300; seed += 1) await twoTyping(seed);
  }, 60_000);

  it('finds a scan that another door sends late', async () => {
    const { server, devices } = start(1, 'a', 'b');
    const [a, b] = devices as [Device, Device];
    const late = '2029-05-01T17:00:00.000Z';
    const code = CODES[0] as string;
    const sync = (scanId: string, scannedAt: string, of: string) =>
      server.sync([
        { scanId, eventId: EVENT, ticket: of, scannedAt, gate: 'a', deviceId: a.name, code: of, attempted: true, rejected: null },
      ]);
    // The log has more than a page of newer entries, and some of them are so old that the next short reading skips
    // them.
    for (let index = 0; index < 12; index += 1) sync(`a-old-${index}`, '2029-05-01T17:30:00.000Z', `OLD-${index}`);
    server.checkIn('NEW', 'c');
    await b.log.read();
    sync('a-late', late, code);
    b.log.missed();
    await b.log.read();
    expect(await b.store.admission(EVENT, code)).toMatchObject({ at: late, deviceId: 'a' });
    await b.scan(code);
    expect(b.recorded).toEqual([]);
  });

  it('lets two doors without a network both admit a ticket, and both doors find the conflict', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { random, server, devices } = start(seed, 'a', 'b');
      const doors = devices as [Device, Device];
      for (const door of doors) door.online = false;
      for (let event = 0; event < 20; event += 1) {
        const door = doors[random() < 0.5 ? 0 : 1];
        await door.scan(CODES[Math.floor(random() * CODES.length)] as string);
        if (random() < 0.1) door.reload();
      }
      const both = [...doors[0].shown].filter((code) => doors[1].shown.has(code)).sort();
      await doors[0].drain();
      await doors[1].drain();
      expect(server.received.size).toBe(doors[0].recorded.length + doors[1].recorded.length);
      // The door that sends last gets the conflicts in the answers. The other door finds the same tickets in the list
      // of conflicts.
      expect((await doors[1].store.findings(EVENT)).map(({ code }) => code).sort()).toEqual(both);
      expect((await doors[0].store.findings(EVENT)).length).toBe(0);
    }
  });
});
