import createClient, { type FetchResponse } from 'openapi-fetch';
import { clock } from '../clock';
import { repeat, retryAfterMs, untilAborted } from '../retry';
import { session } from '../session';
import { ProblemError, readProblem } from './problem';
import { upload } from './upload';
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
 * Sends a request with the session's token. If the answer is a 401 because of the token, refreshes the token once and
 * sends the request again. The request's signal also ends the wait for the session.
 */
async function withSession(request: Request, transport = send): Promise<Response> {
  // A refresh that fails because the server is unreachable must not hide the result of the request itself.
  const token = await untilAborted(session.token().catch(() => null), request.signal);
  const response = await transport(withToken(request, token));
  if (response.status !== 401 || token === null) return response;
  const problem = readProblem(await response.clone().json().catch(() => undefined), 401);
  if (problem.kind !== 'unauthorized') return response;
  const renewed = await untilAborted(session.refresh(), request.signal);
  return renewed === null ? response : transport(withToken(request, renewed));
}

/** `fetch` for the client. Repeats a safe request if it may succeed later. */
function apiFetch(request: Request): Promise<Response> {
  const safe = request.method === 'GET' || request.method === 'HEAD';
  return safe ? repeatable(request) : withSession(request);
}

/**
 * `fetch` for a call that changes something, but may be made twice:
 * `api.POST('/v1/events/{id}/registrations', { params, fetch: repeatable })`.
 */
export function repeatable(request: Request): Promise<Response> {
  return repeat(() => withSession(request), { signal: request.signal });
}

/** Returns a `fetch` for a call with a large body. `onprogress` gets the share of the body that was sent, from 0 to 1. */
export function withProgress(onprogress: (share: number) => void): (request: Request) => Promise<Response> {
  return (request) => withSession(request, (signed) => upload(signed, onprogress));
}

/** Typed client of the API. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  fetch: apiFetch,
});

/**
 * Returns the body of a successful call. Throws a `ProblemError` for a refused call, and a `TypeError` if no answer
 * came.
 */
export async function data<R extends { data?: unknown; error?: unknown; response: Response }>(
  call: Promise<R>,
): Promise<Exclude<R['data'], undefined>> {
  return (await answer(call)).data;
}

/** Like `data`, but also returns the response, so that callers can read its headers (`ETag`). */
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
