import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Frame } from '../live';
import { session } from '../session';
import { Board } from './board.svelte';

const counts = { eventId: 'evt_1', registered: 2, remaining: 0, capacity: 2, waitlisted: 0, status: 'published', asOf: '2029-05-01T18:00:00.000Z' };
const snapshot: Frame = { type: 'snapshot', topic: 'door', ...counts };
const scan = (code: string, at: string) => ({ at, result: 'admitted', code, gate: 'West' });

/** The log of the door on the server. */
let log: ReturnType<typeof scan>[];
/** The reads of the log that wait for their answer. */
let reads: (() => void)[];
let board: Board;
/** The number of people inside, on the server. */
let admitted: number;
/** The reads of the statistics that wait for their answer; `null` if they are answered at once. */
let statsReads: (() => void)[] | null;

/** Answers the next read of the log with the log at the time of its request. */
async function answerRead(): Promise<void> {
  await vi.waitFor(() => expect(reads).not.toHaveLength(0));
  reads.shift()?.();
}

beforeEach(async () => {
  log = [];
  reads = [];
  admitted = 0;
  statsReads = null;
  vi.stubGlobal('fetch', async (request: Request | string) => {
    const url = new URL(request instanceof Request ? request.url : request, 'http://localhost');
    if (url.pathname === '/v1/auth/browser/login') {
      return Response.json({ user: { id: 'usr_o' }, accessToken: 'token', tokenType: 'Bearer', expiresIn: 900 });
    }
    if (!url.pathname.endsWith('/check-ins')) {
      const stats = { ...counts, admitted, byHour: [] };
      await new Promise<void>((resolve) => (statsReads === null ? resolve() : statsReads.push(resolve)));
      return Response.json(stats);
    }
    const items = [...log];
    await new Promise<void>((resolve) => reads.push(resolve));
    return Response.json({ items, nextCursor: null });
  });
  await session.login({ email: 'o@example.org', password: 'a password' });
  board = new Board('evt_1', 'No name');
});

afterEach(() => {
  board.end();
  session.ended();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the admissions of a board', () => {
  beforeEach(() => board.start());

  it('contain an admission between the first read and the subscription', async () => {
    await answerRead();
    log.push(scan('AAAA-AAAA', '2029-05-01T18:00:01.000Z'));
    board.door(snapshot);
    await answerRead();
    await vi.waitFor(() => expect(board.admissions).toEqual([{ at: '2029-05-01T18:00:01.000Z', gate: 'West' }]));
  });

  it('contain it if the subscription begins before the first read has its answer', async () => {
    await vi.waitFor(() => expect(reads).toHaveLength(1));
    log.push(scan('AAAA-AAAA', '2029-05-01T18:00:01.000Z'));
    board.door(snapshot);
    await answerRead();
    await answerRead();
    await vi.waitFor(() => expect(board.admissions).toHaveLength(1));
  });

  it('count an admission once if a frame and the log contain it', async () => {
    await answerRead();
    board.door({ type: 'check-in', eventId: 'evt_1', ...scan('AAAA-AAAA', '2029-05-01T18:00:01.000Z') });
    log.push(scan('AAAA-AAAA', '2029-05-01T18:00:01.000Z'), scan('BBBB-BBBB', '2029-05-01T18:00:00.000Z'));
    board.door(snapshot);
    await answerRead();
    await vi.waitFor(() => expect(board.admissions).toHaveLength(2));
  });
});

describe('the statistics of a board', () => {
  it('are read again after a frame that comes while they are read', async () => {
    vi.useFakeTimers();
    statsReads = [];
    board.start();
    await vi.waitFor(() => expect(statsReads).toHaveLength(1));
    admitted = 1;
    board.door(snapshot);
    statsReads.shift()?.();
    // Before the read that happens without a frame.
    await vi.waitFor(() => expect(statsReads).toHaveLength(1), { timeout: 5_000 });
    statsReads.shift()?.();
    await vi.waitFor(() => expect(board.stats?.admitted).toBe(1));
  });
});
