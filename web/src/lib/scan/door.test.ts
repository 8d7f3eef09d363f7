import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeptScan, LoggedScan, SyncedScan } from './model';
import { SendFailure } from './outbox';

const EVENT = 'evt_01h455vb4pex5vsknk084sn02q';
const CODE = 'YAC5-PZQT-V4JS';
const KEY = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex').toString('base64url');
const TOKEN =
  'J6036WT8SREH+$B:0J%P9+5QQB0.NJC0B9B5HBNJ.LEBB000V50KSD+YEH20E4R:GSN1QWJ4K7BM%9NQI8VS.9OJTD1IO00A*946-I:EAP+I3Y2FQOWUL%ZB3FKF%5VLS.W7DZMZ+RYZ157G.*G4H8J1DB HM:V30';

/** The answers of the server to this door. */
const server = vi.hoisted(() => ({
  online: true,
  log: [] as LoggedScan[],
  synced: [] as KeptScan[],
  answer: { result: 'admitted' } as Omit<SyncedScan, 'scanId'>,
}));
const live = vi.hoisted(() => ({ state: 'open', listeners: new Set<() => void>() }));

vi.mock('../session', () => ({ session: { ready: Promise.resolve(), state: 'signed-in', onChange: () => () => {} } }));
vi.mock('../live.svelte', () => ({
  live: {
    get state() {
      return live.state;
    },
    subscribe: () => () => {},
    onChange: (listener: () => void) => {
      live.listeners.add(listener);
      return () => live.listeners.delete(listener);
    },
  },
}));
vi.mock('./door-server', () => {
  const answer = async <T>(value: () => T): Promise<T> => {
    if (!server.online) throw new SendFailure('lost');
    return value();
  };
  return {
    doorServer: {
      event: () => answer(() => ({ title: 'Talk', venue: '', timezone: 'UTC', startsAt: '2026-01-01T00:00:00Z', registered: 1 })),
      door: () =>
        answer(() => ({
          keys: [{ kid: '', publicKey: KEY }],
          revoked: [],
          asOf: new Date().toISOString(),
          status: 'published',
          nextCursor: 'c',
          doorsOpenAt: '2020-01-01T00:00:00Z',
          endsAt: '2099-01-01T00:00:00Z',
        })),
      logPage: (_: string, cursor: string | null) =>
        answer(() => {
          const from = Number(cursor ?? 0);
          return { items: server.log.slice(from, from + 2), nextCursor: from + 2 < server.log.length ? String(from + 2) : null };
        }),
      conflicts: () => answer(() => []),
      names: () => answer(() => [[CODE, 'Ada Lovelace']]),
      checkIn: () => answer(() => ({ result: 'admitted' })),
      sync: (_: string, scans: KeptScan[]) =>
        answer(() => {
          server.synced.push(...scans);
          return scans.map(({ scanId }) => ({ scanId, ...server.answer }));
        }),
      undo: () => answer(() => undefined),
      log: () => answer(() => server.log),
    },
  };
});

const page = new EventTarget();
const entry = (code: string, at: string): LoggedScan => ({ scanId: `x-${code}`, at, by: 'usr_', gate: 'B', deviceId: 'other', code, result: 'admitted' });

let opened: { stop: () => void }[] = [];

beforeEach(() => {
  vi.resetModules();
  indexedDB.deleteDatabase('em-connect.scan');
  Object.assign(server, { online: true, log: [], synced: [], answer: { result: 'admitted' } });
  live.state = 'open';
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => stored.get(key) ?? null, setItem: (key: string, value: string) => stored.set(key, value) });
  vi.stubGlobal('navigator', { storage: { persist: async () => false } });
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});

afterEach(() => {
  for (const door of opened.splice(0)) door.stop();
  vi.unstubAllGlobals();
});

async function open() {
  const { Door, doorStore } = await import('./door.svelte');
  const door = new Door(EVENT);
  opened.push(door);
  await door.start();
  return { door, doorStore };
}

describe('Door', () => {
  it.each([
    ['the network', () => page.dispatchEvent(new Event('online'))],
    ['the screen', () => document.dispatchEvent(new Event('visibilitychange'))],
    [
      'the live connection',
      () => {
        for (const state of ['waiting', 'open']) {
          live.state = state;
          for (const listener of live.listeners) listener();
        }
      },
    ],
  ])('refuses a ticket that another door admitted long ago and sent late, after the return of %s', async (_, comeBack) => {
    server.log = ['18:00', '17:59', '12:00', '11:59', '11:58'].map((time) => entry(`NEW-${time}`, `2026-05-01T${time}:00.000Z`));
    const { door, doorStore } = await open();
    await vi.waitFor(async () => expect(await doorStore.admission(EVENT, 'NEW-11:58')).not.toBeNull());
    await vi.waitFor(() => expect(door.link).toBe('online'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    server.log.push(entry(CODE, '2026-05-01T10:00:00.000Z'));
    comeBack();
    await vi.waitFor(async () => expect(await doorStore.admission(EVENT, CODE)).not.toBeNull());
    await door.scan(TOKEN);
    expect(door.shown?.verdict).toMatchObject({ kind: 'already', admission: { gate: 'B' } });
    expect(server.synced).toEqual([]);
  });

  it('admits a guest who was chosen by name, with and without a network', async () => {
    const { door, doorStore } = await open();
    await vi.waitFor(() => expect(door.names?.size).toBe(1));
    expect(door.names?.find('love').guests).toEqual([[CODE, 'Ada Lovelace']]);
    server.online = false;
    await door.admitGuest(CODE, 'Ada Lovelace');
    expect(door.shown?.verdict).toMatchObject({ kind: 'admitted', confirmed: false, name: 'Ada Lovelace' });
    expect(await doorStore.queue(EVENT)).toMatchObject([{ code: CODE, ticket: CODE }]);
    await door.undoLast();
    expect(await doorStore.admission(EVENT, CODE)).toBeNull();

    // A code that is not from the list is still for a person to decide.
    await door.scan('0000-0000-0000');
    expect(door.shown?.verdict.kind).toBe('undecided');
    // Before the doors open, nobody is let in by name either.
    const kept = door.door;
    door.door = { ...kept, doorsOpenAt: '2098-01-01T00:00:00Z' } as never;
    await new Promise((resolve) => setTimeout(resolve, 10));
    await door.admitGuest('1111-1111-1111', 'Grace Hopper');
    expect(door.shown?.verdict.kind).toBe('too-early');

    expect(await doorStore.names(EVENT)).not.toBeNull();
    door.stop();
    await vi.waitFor(async () => expect(await doorStore.names(EVENT)).toBeNull());
  });

  it('records scans by the server’s clock, also after a start without a network', async () => {
    const { clock } = await import('../clock');
    const hour = 3_600_000;
    clock.observe(new Date(Date.now() + hour).toUTCString(), Date.now(), Date.now());
    const first = await open();
    await vi.waitFor(() => expect(first.door.link).toBe('online'));
    await first.door.scan(TOKEN);
    await vi.waitFor(() => expect(server.synced).toHaveLength(1));
    expect(Math.abs(Date.parse(server.synced[0]?.scannedAt ?? '') - Date.now() - hour)).toBeLessThan(2_000);
    first.door.stop();

    server.online = false;
    vi.resetModules();
    const { doorStore } = await import('./door.svelte');
    await doorStore.keepDoor({ ...(await doorStore.door(EVENT)), doorsOpenAt: new Date(Date.now() + hour / 2).toISOString() } as never, []);
    const second = await open();
    expect((await import('../clock')).clock.known).toBe(false);
    // The doors are open by the server's clock, but not by this device's clock.
    await second.door.scan(TOKEN);
    expect(second.door.shown?.verdict.kind).toBe('already');
    await second.door.letIn('0000-0000-0000');
    const [kept] = await doorStore.queue(EVENT);
    expect(Math.abs(Date.parse(kept?.scannedAt ?? '') - Date.now() - hour)).toBeLessThan(2_000);
  });

  it('updates after another tab sent its scans, and warns that the browser may lose scans', async () => {
    server.online = false;
    const { door, doorStore } = await open();
    await doorStore.keepDoor({ eventId: EVENT, keys: [KEY], doorsOpenAt: '2020-01-01T00:00:00Z', endsAt: '2099-01-01T00:00:00Z' } as never, []);
    door.stop();
    const own = await open();
    await vi.waitFor(() => expect(own.door.atRisk).toBe(true));
    await own.door.scan(TOKEN);
    expect(own.door.shown?.verdict).toMatchObject({ kind: 'admitted', confirmed: false });
    await vi.waitFor(() => expect(own.door.counts).toMatchObject({ all: 1, kept: 1 }));

    server.online = true;
    server.answer = { result: 'void' };
    const { NEWS, Sender } = await import('./sending');
    const { doorServer } = await import('./door-server');
    const tab = new BroadcastChannel(NEWS);
    await new Sender(doorStore, doorServer, 'own', (news) => tab.postMessage(news)).send();
    await vi.waitFor(() => expect(own.door.shown?.verdict.kind).toBe('void'));
    await vi.waitFor(() => expect(own.door.counts).toMatchObject({ all: 0, kept: 0 }));
    tab.close();
  });
});

describe('Sender', () => {
  it('sends the scans of every event, even if one event’s scans may not be sent', async () => {
    const { Sender } = await import('./sending');
    const { DoorStore } = await import('./door-store');
    const { MemoryTables } = await import('./memory-tables');
    const store = new DoorStore(new MemoryTables());
    const scan = { ticket: '', scannedAt: '2026-05-01T10:00:00.000Z', gate: null, deviceId: 'own', attempted: false, rejected: null };
    for (const [index, eventId] of ['evt_a', 'evt_b', 'evt_c'].entries()) await store.admit({ ...scan, eventId, scanId: `s${index}`, code: `C${index}` });
    const told: string[] = [];
    const refused = new SendFailure('forbidden');
    const waitMs = await new Sender(
      store,
      {
        sync: async (eventId, scans) => {
          if (eventId === 'evt_b') throw refused;
          return scans.map(({ scanId }) => ({ scanId, result: 'admitted' }));
        },
        undo: async () => {},
        log: async () => [],
      },
      'own',
      ({ eventId }) => told.push(eventId),
    ).send();
    expect(await store.eventsToSend()).toEqual(['evt_b']);
    expect(told).toEqual(['evt_a', 'evt_c']);
    expect(waitMs).toBeGreaterThan(0);
  });
});
