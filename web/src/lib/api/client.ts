import createClient, { type FetchResponse } from 'openapi-fetch';
import { clock } from '../clock';
import { repeat, retryAfterMs, untilAborted } from '../retry';
import { session } from '../session';
import { ProblemError, readProblem } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

async function send(request: Request): Promise<Response> {
  const sentAt = Date.now();
  const response = await fetch(request);
  clock.observeAnswer(request, response, sentAt, Date.now());
  return response;
}

function withToken(request: Request, token: string | null): Request {
  const copy = request.clone();
  if (token !== null) copy.headers.set('authorization', `Bearer ${token}`);
  return copy;
}

/**
 * Sends a request with the session's token. After 401 for the token it refreshes once, and sends the request again.
 * The request's signal also ends the wait for the session.
 */
async function withSession(request: Request): Promise<Response> {
  // A refresh that fails for want of a server must not hide what the request itself meets.
  const token = await untilAborted(session.token().catch(() => null), request.signal);
  const response = await send(withToken(request, token));
  if (response.status !== 401 || token === null) return response;
  const problem = readProblem(await response.clone().json().catch(() => undefined), 401);
  if (problem.kind !== 'unauthorized') return response;
  const renewed = await untilAborted(session.refresh(), request.signal);
  return renewed === null ? response : send(withToken(request, renewed));
}

/** `fetch` of the client: safe requests are repeated when they may succeed later. */
function apiFetch(request: Request): Promise<Response> {
  const safe = request.method === 'GET' || request.method === 'HEAD';
  return safe ? repeatable(request) : withSession(request);
}

/**
 * `fetch` for a call that may be made twice, though it changes something:
 * `api.POST('/v1/events/{id}/registrations', { params, fetch: repeatable })`.
 */
export function repeatable(request: Request): Promise<Response> {
  return repeat(() => withSession(request), { signal: request.signal });
}

/** Typed client of the API. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  fetch: apiFetch,
});

/** Body of a successful call; throws a `ProblemError` for a refused one, and a `TypeError` if no answer came. */
export async function data<R extends { data?: unknown; error?: unknown; response: Response }>(
  call: Promise<R>,
): Promise<Exclude<R['data'], undefined>> {
  return (await answer(call)).data;
}

/** Like `data`, with the response, for its headers (`ETag`). */
export async function answer<R extends { data?: unknown; error?: unknown; response: Response }>(
  call: Promise<R>,
): Promise<{ data: Exclude<R['data'], undefined>; response: Response }> {
  const result = await call;
  const { response } = result;
  if (!response.ok) {
    const wait = retryAfterMs(response.headers.get('retry-after'));
    throw new ProblemError(readProblem(result.error, response.status, wait));
  }
  return { data: result.data as Exclude<R['data'], undefined>, response };
}

export type { FetchResponse };
