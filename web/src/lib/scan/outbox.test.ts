import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { DoorStore } from './door-store';
import { IdbTables } from './idb-tables';
import { MemoryTables } from './memory-tables';
import type { KeptDoor, KeptScan, SyncedScan } from './model';
import { BATCH, Outbox, SendFailure } from './outbox';
import { changesOf, settlementOf, verdictOfCheckIn, verdictOfSync } from './reconcile';

const EVENT = 'evt_01h455vb4pex5vsknk084sn02q';
const CODE = 'YAC5-PZQT-V4JS';
const AT = '2029-05-01T18:00:00.000Z';

const scan = (change: Partial<KeptScan> = {}): KeptScan => ({
  scanId: 's1',
  eventId: EVENT,
  ticket: 'text',
  scannedAt: AT,
  gate: 'North',
  deviceId: 'own',
  code: CODE,
  attempted: false,
  rejected: null,
  ...change,
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => scan({ scanId: `s${String(index).padStart(4, '0')}`, code: `C${index}` }));

const other = { scanId: 'x', scannedAt: AT, gate: 'B', deviceId: 'other' };

let databases = 0;
describe.each([
  ['memory', () => new MemoryTables()],
  ['IndexedDB', () => new IdbTables(`test-${(databases += 1)}`)],
])('kept in %s', (_, tables) => {
  it('sends at most a hundred scans at once, in order, and removes the answered ones', async () => {
    const store = new DoorStore(tables());
    for (const each of many(250)) await store.admit(each);
    const batches: number[] = [];
    const outbox = new Outbox(
      store,
      {
        sync: async (__, scans) => {
          batches.push(scans.length);
          return scans.map(({ scanId, scannedAt }) => ({ scanId, result: 'admitted', admittedAt: scannedAt, deviceId: 'own', gate: 'North' }));
        },
        undo: async () => {}, log: async () => [],
      },
      EVENT,
      'own',
    );
    while ((await outbox.step()).outcome !== 'idle');
    expect(batches).toEqual([BATCH, BATCH, 50]);
    expect(await store.counts(EVENT, 'North')).toEqual({ all: 250, gate: 250, kept: 0, rejected: 0 });
  });

  it.each([null, 's1'])('does not restore an admission that was undone after the log was read (scan %s)', async (scanId) => {
    const store = new DoorStore(tables());
    const admission = { code: CODE, at: AT, gate: 'North', deviceId: 'own', scanId, confirmed: true };
    await store.confirm(EVENT, admission);
    await store.undo(EVENT, { code: CODE, scanId, at: AT }, AT);
    const outbox = new Outbox(store, { sync: async () => [], undo: async () => {}, log: async () => [] }, EVENT, 'own');
    while ((await outbox.step()).outcome !== 'idle');
    await store.learn(EVENT, [{ kind: 'admitted', scanId: scanId ?? 'of-the-server', admission }]);
    expect(await store.admission(EVENT, CODE)).toBeNull();
    expect(await store.eventsToSend()).toEqual([]);
    expect(await store.counts(EVENT, 'North')).toEqual({ all: 0, gate: 0, kept: 0, rejected: 0 });
    const again = scan({ scanId: 's2', scannedAt: '2029-05-01T18:00:09.000Z' });
    expect(await store.admit(again)).toEqual({ kind: 'recorded' });
  });

  it('finds the one scan that makes the server refuse a batch, and rejects it', async () => {
    const store = new DoorStore(tables());
    for (const each of many(7)) await store.admit(each);
    const outbox = new Outbox(
      store,
      {
        sync: async (__, scans) => {
          if (scans.some(({ scanId }) => scanId === 's0003')) throw new SendFailure('refused', 'no');
          return scans.map(({ scanId }) => ({ scanId, result: 'admitted' }));
        },
        undo: async () => {}, log: async () => [],
      },
      EVENT,
      'own',
    );
    while ((await outbox.step()).outcome !== 'idle');
    expect(await store.queue(EVENT)).toEqual([]);
    expect((await store.rejected(EVENT)).map(({ scanId, rejected }) => [scanId, rejected])).toEqual([['s0003', 'no']]);
    expect(await store.counts(EVENT, 'North')).toMatchObject({ all: 7, kept: 1, rejected: 1 });
    await store.retryRejected(EVENT);
    expect(await store.queue(EVENT)).toHaveLength(1);
  });

  it('waits longer after each failure, and as long as the server demands', async () => {
    const store = new DoorStore(tables());
    await store.admit(scan());
    let asked = 0;
    const outbox = new Outbox(
      store,
      { sync: () => Promise.reject(new SendFailure('lost', '', asked)), undo: async () => {}, log: async () => [] },
      EVENT,
      'own',
      () => 1,
    );
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) waits.push((await outbox.step()).waitMs);
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    asked = 90_000;
    expect((await outbox.step()).waitMs).toBe(90_000);
    expect(await store.queue(EVENT)).toMatchObject([{ attempted: true }]);
  });

  it('admits a ticket once, and again after an undo', async () => {
    const store = new DoorStore(tables());
    expect(await store.admit(scan())).toEqual({ kind: 'recorded' });
    expect((await store.admit(scan({ scanId: 's2' }))).kind).toBe('already');
    // If the scan was not sent, the undo removes it completely.
    expect(await store.undo(EVENT, { code: CODE, scanId: 's1', at: AT }, AT)).toBe('done');
    expect(await store.counts(EVENT, 'North')).toEqual({ all: 0, gate: 0, kept: 0, rejected: 0 });
    // If the scan may have been sent, the undo waits for the answer, and another scan cancels the undo.
    await store.admit(scan());
    await store.markSent([scan()]);
    expect(await store.undo(EVENT, { code: CODE, scanId: 's1', at: AT }, AT)).toBe('requested');
    expect(await store.admission(EVENT, CODE)).toBeNull();
    expect(await store.counts(EVENT, 'North')).toMatchObject({ all: 0, gate: 0 });
    expect((await store.admit(scan({ scanId: 's3' }))).kind).toBe('restored');
    expect((await store.queue(EVENT)).map(({ scanId }) => scanId)).toEqual(['s1']);
  });

  it('never undoes another door’s admission', async () => {
    const store = new DoorStore(tables());
    const undone: string[] = [];
    const outbox = new Outbox(
      store,
      {
        sync: async (__, scans) =>
          scans.map(({ scanId }) => ({ scanId, result: 'already-admitted', deviceId: 'other', gate: 'B', admittedAt: AT, conflicts: [other] })),
        undo: async (__, code, scanId) => void undone.push(`${code} ${scanId}`),
        log: async () => [],
      },
      EVENT,
      'own',
    );
    await store.admit(scan());
    await store.markSent([scan()]);
    await store.undo(EVENT, { code: CODE, scanId: 's1', at: AT }, AT);
    while ((await outbox.step()).outcome !== 'idle');
    expect(undone).toEqual([`${CODE} s1`]);
    expect(await store.admission(EVENT, CODE)).toMatchObject({ deviceId: 'other', gate: 'B' });
    expect(await store.findings(EVENT)).toMatchObject([{ kind: 'used-elsewhere', code: CODE }]);
  });

  it('repeats an undo with its scan’s id, and keeps later admissions', async () => {
    const store = new DoorStore(tables());
    const sent: string[] = [];
    let lost = true;
    const outbox = new Outbox(
      store,
      {
        sync: async (__, scans) => scans.map(({ scanId }) => ({ scanId, result: 'admitted', conflicts: [{ ...other, scanId: 'lost', deviceId: 'own' }] })),
        undo: async (__, ___, scanId) => {
          sent.push(scanId ?? 'all');
          if (lost) throw new SendFailure('lost');
        },
        log: async () => [],
      },
      EVENT,
      'own',
    );
    await store.admit(scan());
    while ((await outbox.step()).outcome !== 'idle');
    await store.undo(EVENT, { code: CODE, scanId: 's1', at: AT }, AT);
    expect((await outbox.step()).outcome).toBe('failed');
    // The server admits the same ticket by its typed code.
    await store.confirm(EVENT, { code: CODE, at: AT, gate: 'North', deviceId: 'own', scanId: null, confirmed: true });
    lost = false;
    while ((await outbox.step()).outcome !== 'idle');
    // The undo of the scan also undoes the check-in whose answer was lost.
    expect(sent).toEqual(['s1', 's1', 'lost']);
    expect(await store.admission(EVENT, CODE)).toMatchObject({ scanId: null });
  });

  it('stores the admissions of other doors without changing its own scans', async () => {
    const store = new DoorStore(tables());
    const admission = { code: 'X', at: AT, gate: 'B', deviceId: 'other', scanId: null, confirmed: true };
    await store.admit(scan());
    await store.learn(EVENT, [
      { kind: 'admitted', scanId: null, admission },
      { kind: 'admitted', scanId: null, admission: { ...admission, at: '2029-05-01T17:00:00.000Z' } },
      { kind: 'admitted', scanId: null, admission: { ...admission, code: CODE, at: '2029-05-01T17:00:00.000Z' } },
      { kind: 'undone', code: CODE, at: '2029-05-01T19:00:00.000Z', scanId: null },
    ]);
    expect(await store.admission(EVENT, 'X')).toMatchObject({ at: '2029-05-01T17:00:00.000Z' });
    expect(await store.admission(EVENT, CODE)).toMatchObject({ scanId: 's1', confirmed: false });
    await store.learn(EVENT, [{ kind: 'undone', code: 'X', at: '2029-05-01T16:00:00.000Z', scanId: null }]);
    expect(await store.admission(EVENT, 'X')).not.toBeNull();
    await store.learn(EVENT, [{ kind: 'undone', code: 'X', at: '2029-05-01T17:30:00.000Z', scanId: null }]);
    expect(await store.admission(EVENT, 'X')).toBeNull();
  });

  it('keeps doors and revoked codes', async () => {
    const store = new DoorStore(tables());
    const door = { eventId: EVENT, title: 'Talk' } as KeptDoor;
    expect(await store.keepDoor(door, ['A', 'B', 'A'])).toBe(2);
    expect(await store.keepDoor(door, ['B', 'C'])).toBe(1);
    expect(await store.doors()).toEqual([door]);
    expect(await store.isRevoked(EVENT, 'C')).toBe(true);
    expect(await store.isRevoked(EVENT, 'D')).toBe(false);
    expect(await store.eventsToSend()).toEqual([]);
    await store.admit(scan());
    expect(await store.eventsToSend()).toEqual([EVENT]);
  });
});

it('keeps a scan after its database was closed', async () => {
  const tables = new IdbTables('survivor');
  await new DoorStore(tables).admit(scan());
  await tables.close();
  expect(await new DoorStore(new IdbTables('survivor')).queue(EVENT)).toEqual([scan()]);
});

describe('the server’s answer to a kept scan', () => {
  const answer = (change: Partial<SyncedScan>): SyncedScan => ({ scanId: 's1', result: 'admitted', admittedAt: AT, deviceId: 'own', ...change });

  it.each([
    ['admitted', answer({}), null, 'admitted', false],
    ['another admission of this device', answer({ result: 'already-admitted', conflicts: [{ ...other, deviceId: 'own' }] }), null, 'admitted', false],
    ['used elsewhere, here first', answer({ conflicts: [other] }), 'used-elsewhere', 'admitted', false],
    ['used elsewhere first', answer({ result: 'already-admitted', deviceId: 'other' }), 'used-elsewhere', 'already', false],
    ['ended since', answer({ ended: { at: AT, cause: 'registration-cancelled' }, reason: 'ended' }), 'ended', 'admitted', true],
    ['void', answer({ result: 'void' }), 'wrongly-let-in', 'void', true],
    ['unknown', answer({ result: 'invalid', reason: 'unknown' }), 'wrongly-let-in', 'bad', false],
    ['undone', answer({ result: 'invalid', reason: 'undone' }), 'wrongly-let-in', 'refused', false],
    ['the clock is off', answer({ reason: 'clock-off' }), null, 'admitted', false],
  ] as const)('%s', (_, result, finding, verdict, revoke) => {
    const settlement = settlementOf(scan(), result, AT);
    expect(settlement.finding?.kind ?? null).toBe(finding);
    // The door may have another name when the answer arrives.
    if (settlement.finding !== null) expect(settlement.finding.gate).toBe('North');
    expect(settlement.revoke).toBe(revoke);
    expect(verdictOfSync(scan(), result).kind).toBe(verdict);
  });

  it('of a typed code may have been lost', () => {
    const own = { deviceId: 'own', askedAt: Date.parse(AT) - 5_000, code: CODE, now: AT };
    const already = { result: 'already-admitted', admittedAt: AT, deviceId: 'own' } as const;
    expect(verdictOfCheckIn(already, own).kind).toBe('admitted');
    expect(verdictOfCheckIn(already, { ...own, askedAt: null }).kind).toBe('already');
    expect(verdictOfCheckIn({ ...already, deviceId: 'other' }, own).kind).toBe('already');
    expect(verdictOfCheckIn({ ...already, admittedAt: '2029-05-01T17:00:00.000Z' }, own).kind).toBe('already');
    expect(verdictOfCheckIn({ result: 'invalid', reason: 'too-early' }, own).kind).toBe('too-early');
  });

  it('converts the door’s log into admissions and undos in the order of time', () => {
    const entry = { scanId: 'x', by: 'usr_', gate: 'B', deviceId: 'other', code: CODE };
    const changes = changesOf([
      { ...entry, at: '2029-05-01T18:02:00Z', result: 'already-admitted' },
      { ...entry, at: '2029-05-01T18:01:00Z', result: 'undone' },
      { ...entry, at: '2029-05-01T18:00:00Z', result: 'admitted' },
      { ...entry, at: '2029-05-01T18:00:30Z', result: 'invalid', code: null },
    ]);
    expect(changes.map(({ kind }) => kind)).toEqual(['admitted', 'undone']);
  });
});
