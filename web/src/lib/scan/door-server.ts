import { api, data, repeatable } from '../api/client';
import { toProblem } from '../api/problem';
import { refusalText } from '../api/text';
import { isTransient } from '../retry';
import { session } from '../session';
import { type LogPage, readLog } from './door-log';
import type { CheckIn, KeptScan, LoggedScan, NamedGuest, SyncedScan } from './model';
import { type FailureKind, SendFailure } from './outbox';
import type { Schemas } from '../api/client';

/** Timeout of calls while a person at the door waits for the answer. */
const AT_THE_DOOR_MS = 3_000;
/** Timeout of calls for which nobody waits. */
const AT_LEISURE_MS = 15_000;

const at = (eventId: string) => ({ path: { id: eventId } });

/**
 * Makes a call that ends within `within` milliseconds, including the wait for the session's start and for a new token.
 */
async function call<T>(work: (signal: AbortSignal) => Promise<T>, within: number): Promise<T> {
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new DOMException('', 'TimeoutError');
      reject(reason);
      end.abort(reason);
    }, within);
  });
  try {
    return await Promise.race([begin(work, end.signal), late]);
  } catch (error) {
    if (error instanceof SendFailure) throw error;
    const problem = toProblem(error);
    throw new SendFailure(kindOf(problem.kind, problem.status), refusalText(error), problem.retryAfterMs ?? 0);
  } finally {
    clearTimeout(timer);
  }
}

async function begin<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  await session.ready;
  signal.throwIfAborted();
  if (session.state === 'signed-out') throw new SendFailure('signed-out');
  return work(signal);
}

function kindOf(kind: string, status: number): FailureKind {
  // A proxy or a captive portal answers without a problem document, even with the status 401. This is not an answer of
  // the server.
  if (kind === 'unknown' || kind === 'unreachable' || isTransient(status)) return 'lost';
  if (status === 401) return 'signed-out';
  return status === 403 || status === 404 ? 'forbidden' : 'refused';
}

export type ServerDoor = Schemas['Door'];
export type Conflict = Schemas['DoorConflict'];

/** The API calls of a door. A failed call throws `SendFailure`. */
export const doorServer = {
  event: (eventId: string) =>
    call((signal) => data(api.GET('/v1/events/{id}', { params: at(eventId), signal })), AT_LEISURE_MS),

  door: (eventId: string, cursor: string | null, hurry = false): Promise<ServerDoor> =>
    call(
      (signal) => data(api.GET('/v1/events/{id}/door', { params: { ...at(eventId), query: cursor === null ? {} : { cursor } }, signal })),
      hurry ? AT_THE_DOOR_MS : AT_LEISURE_MS,
    ),

  /** Reads the names of all guests. */
  async names(eventId: string): Promise<NamedGuest[]> {
    const guests: NamedGuest[] = [];
    let cursor: string | null = null;
    do {
      const query: { cursor?: string } = cursor === null ? {} : { cursor };
      const page: Schemas['DoorNamePage'] = await call(
        (signal) => data(api.GET('/v1/events/{id}/door/names', { params: { ...at(eventId), query }, signal })),
        AT_LEISURE_MS,
      );
      guests.push(...page.items.map(({ code, name }): NamedGuest => [code, name]));
      cursor = page.nextCursor ?? null;
    } while (cursor !== null);
    return guests;
  },

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

  async undo(eventId: string, code: string, scanId: string | null): Promise<void> {
    await call(
      async (signal) => {
        const params = { path: { id: eventId, code }, query: scanId === null ? {} : { scanId } };
        // Without the scan's id, a repeated request could undo an admission that was made after the first request.
        const again = scanId === null ? {} : { fetch: repeatable };
        const { response, error } = await api.DELETE('/v1/events/{id}/check-ins/{code}', { params, signal, ...again });
        if (!response.ok && response.status !== 404) await data(Promise.resolve({ response, error }));
      },
      AT_LEISURE_MS,
    );
  },

  logPage: (eventId: string, cursor: string | null): Promise<LogPage> =>
    call((signal) => {
      const query = cursor === null ? { limit: 100 } : { limit: 100, cursor };
      return data(api.GET('/v1/events/{id}/check-ins', { params: { ...at(eventId), query }, signal }));
    }, AT_LEISURE_MS),

  log: (eventId: string, downTo: string | null): Promise<LoggedScan[]> =>
    readLog((cursor) => doorServer.logPage(eventId, cursor), downTo),

  conflicts: async (eventId: string): Promise<Conflict[]> =>
    (
      await call(
        (signal) => data(api.GET('/v1/events/{id}/check-ins/conflicts', { params: { ...at(eventId), query: { limit: 100 } }, signal })),
        AT_LEISURE_MS,
      )
    ).items,
};
