import { api, data, repeatable } from '../api/client';
import { toProblem } from '../api/problem';
import { isTransient } from '../retry';
import { session } from '../session';
import type { CheckIn, KeptScan, LoggedScan, SyncedScan } from './model';
import { type FailureKind, SendFailure } from './outbox';
import type { Schemas } from '../api/client';

/** A person at the door waits for the answer. */
const AT_THE_DOOR_MS = 3_000;
/** Nobody waits. */
const AT_LEISURE_MS = 15_000;
/** Most pages of a door's log that are read at once: 20,000 entries. */
const LOG_PAGES = 200;

const at = (eventId: string) => ({ path: { id: eventId } });

async function call<T>(work: (signal: AbortSignal) => Promise<T>, within: number): Promise<T> {
  await session.ready;
  if (session.state === 'signed-out') throw new SendFailure('signed-out');
  try {
    return await work(AbortSignal.timeout(within));
  } catch (error) {
    const problem = toProblem(error);
    throw new SendFailure(kindOf(problem.kind, problem.status), problem.detail, problem.retryAfterMs ?? 0);
  }
}

function kindOf(kind: string, status: number): FailureKind {
  if (status === 401) return 'signed-out';
  // What is no problem document comes from a proxy or a captive portal, not from the server.
  if (kind === 'unknown' || kind === 'unreachable' || isTransient(status)) return 'lost';
  return status === 403 || status === 404 ? 'forbidden' : 'refused';
}

export type ServerDoor = Schemas['Door'];
export type Conflict = Schemas['DoorConflict'];

/** Calls of the API for a door. They throw `SendFailure`. */
export const doorServer = {
  event: (eventId: string) =>
    call((signal) => data(api.GET('/v1/events/{id}', { params: at(eventId), signal })), AT_LEISURE_MS),

  door: (eventId: string, cursor: string | null, hurry = false): Promise<ServerDoor> =>
    call(
      (signal) => data(api.GET('/v1/events/{id}/door', { params: { ...at(eventId), query: cursor === null ? {} : { cursor } }, signal })),
      hurry ? AT_THE_DOOR_MS : AT_LEISURE_MS,
    ),

  checkIn: (eventId: string, ticket: string, gate: string | null, deviceId: string): Promise<CheckIn> =>
    call(
      (signal) => data(api.POST('/v1/events/{id}/check-ins', { params: at(eventId), body: { ticket, gate, deviceId }, signal })),
      AT_THE_DOOR_MS,
    ),

  sync: (eventId: string, scans: readonly KeptScan[]): Promise<SyncedScan[]> =>
    call(async (signal) => {
      const body = {
        scans: scans.map(({ scanId, ticket, scannedAt, gate, deviceId }) => ({ scanId, ticket, scannedAt, gate, deviceId })),
      };
      return (await data(api.POST('/v1/events/{id}/check-ins/sync', { params: at(eventId), body, signal }))).results;
    }, AT_LEISURE_MS),

  async undo(eventId: string, code: string): Promise<void> {
    await call(
      async (signal) => {
        const params = { path: { id: eventId, code } };
        const { response, error } = await api.DELETE('/v1/events/{id}/check-ins/{code}', { params, signal, fetch: repeatable });
        if (!response.ok && response.status !== 404) await data(Promise.resolve({ response, error }));
      },
      AT_LEISURE_MS,
    );
  },

  /** Entries of the door's log down to a time, the newest first. */
  async log(eventId: string, downTo: string | null): Promise<LoggedScan[]> {
    const entries: LoggedScan[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < LOG_PAGES; page += 1) {
      const query: { limit: number; cursor?: string } = cursor === null ? { limit: 100 } : { limit: 100, cursor };
      const answer: Schemas['LoggedScanPage'] = await call(
        (signal) => data(api.GET('/v1/events/{id}/check-ins', { params: { ...at(eventId), query }, signal })),
        AT_LEISURE_MS,
      );
      entries.push(...answer.items);
      cursor = answer.nextCursor;
      const oldest = answer.items.at(-1)?.at;
      if (cursor === null || (downTo !== null && oldest !== undefined && oldest < downTo)) break;
    }
    return entries;
  },

  conflicts: async (eventId: string): Promise<Conflict[]> =>
    (
      await call(
        (signal) => data(api.GET('/v1/events/{id}/check-ins/conflicts', { params: { ...at(eventId), query: { limit: 100 } }, signal })),
        AT_LEISURE_MS,
      )
    ).items,
};
