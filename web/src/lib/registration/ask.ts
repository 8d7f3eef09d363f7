import { api, data, type Schemas } from '../api/client';
import { readProblem, toProblem } from '../api/problem';
import { retryAfterMs } from '../retry';
import { session } from '../session';
import type { Answer, Wish } from './machine';

/** A request without an answer within this time counts as lost. */
const TIMEOUT_MS = 15_000;

/** Makes one request for a seat or for a place on the waitlist. The state machine decides whether to repeat it. */
export async function ask(eventId: string, wish: Wish, signal: AbortSignal): Promise<Answer> {
  const options = {
    params: { path: { id: eventId } },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  };
  try {
    const { data: registration, error, response } = await (wish === 'register'
      ? api.POST('/v1/events/{id}/registrations', options)
      : api.POST('/v1/events/{id}/waitlist', options));
    if (registration !== undefined) return { kind: 'registration', registration };
    const { kind, status, reason } = readProblem(error, response.status);
    // The session could not be renewed because no answer came. This does not sign the person out.
    if (status === 401 && session.state !== 'signed-out') return { kind: 'lost' };
    return { kind: 'problem', problem: kind, status, reason, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
  } catch {
    return { kind: 'lost' };
  }
}

/**
 * Reads an event, and the caller's registration for it. The request bypasses all caches, so the answer also contains
 * the server's time.
 */
export async function look(
  eventId: string,
  signal: AbortSignal,
): Promise<{ event: Schemas['Event']; registration: Schemas['Registration'] | null }> {
  const options = { params: { path: { id: eventId } }, cache: 'no-store' as const, signal };
  const [event, registration] = await Promise.all([
    data(api.GET('/v1/events/{id}', options)),
    data(api.GET('/v1/events/{id}/registrations/me', options)).catch((error: unknown) => {
      if (toProblem(error).kind === 'not-found') return null;
      throw error;
    }),
  ]);
  return { event, registration };
}
