import { api, data, type Schemas } from '../api/client';
import type { Page } from '../pages.svelte';

type Scan = Schemas['LoggedScan'];

/** Stands for the scans that were made without a name of the door. No door can have this name. */
export const UNNAMED = '\n';

/** The choices above the log of the door. An empty text does not filter. */
export interface ScanChoice {
  result: '' | Schemas['ScanResult'];
  gate: string;
  deviceId: string;
  /** Age of the oldest scan, in minutes. */
  since: '' | '10' | '60' | '1440';
}

/** Returns the parameters of the operation for these choices. `at` is the time of the choice, in milliseconds since 1970. */
export function scanQuery({ result, gate, deviceId, since }: ScanChoice, at: number) {
  return {
    ...(result === '' ? {} : { result }),
    ...(gate === '' ? {} : { gate: gate === UNNAMED ? '' : gate }),
    ...(deviceId === '' ? {} : { deviceId }),
    ...(since === '' ? {} : { from: new Date(at - Number(since) * 60_000).toISOString() }),
  };
}

/**
 * Loads a page of the log, and goes on while the server finds nothing and the log continues. All pages of one list need the
 * same `filter`.
 */
export async function scanPage(eventId: string, filter: ReturnType<typeof scanQuery>, start: { cursor?: string }): Promise<Page<Scan>> {
  let cursor = start;
  for (;;) {
    const params = { path: { id: eventId }, query: { limit: 100, ...filter, ...cursor } };
    const page = await data(api.GET('/v1/events/{id}/check-ins', { params }));
    if (page.items.length > 0 || !page.nextCursor) return page;
    cursor = { cursor: page.nextCursor };
  }
}
