// The typed client: paths, parameters and answers are those of openapi.json.

import createClient from "openapi-fetch";

import { patientFetch } from "./patience.ts";
import type { components, paths } from "./schema.d.ts";
import type { Session } from "./session.ts";

type Schemas = components["schemas"];
export type Event = Schemas["Event"];
export type NewEvent = Schemas["CreateEvent"];
export type EventChanges = Schemas["UpdateEvent"];
export type Problem = Schemas["Problem"];
export type ProblemType = Schemas["ProblemType"];
export type Api = ReturnType<typeof connect>;

/** A client of the service at `baseUrl`; with a session, every request is its user's. */
export function connect(baseUrl: string, session?: Session) {
  const api = createClient<paths>({ baseUrl, fetch: patientFetch });
  if (session !== undefined) {
    api.use({
      async onRequest({ request }) {
        request.headers.set("Authorization", `Bearer ${await session.accessToken()}`);
        return request;
      },
    });
  }
  return api;
}

/** What the service said instead of an answer. Decide by `type`, show `detail` to a person. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Finds the request in the service's logs. */
  readonly requestId: string | null;

  constructor(problem: Problem, response: Response) {
    super(`${problem.title} (${problem.status} ${problem.type}): ${problem.detail}`);
    this.name = "ProblemError";
    this.problem = problem;
    this.requestId = response.headers.get("x-request-id");
  }

  /** Whether `error` is a problem of this type. */
  static is(error: unknown, type: ProblemType): error is ProblemError {
    return error instanceof ProblemError && error.problem.type === type;
  }
}

type Call<T> = Promise<{ data?: T; error?: Problem; response: Response }>;

/** The answer of a call; throws a `ProblemError` where there is none. */
export async function answerOf<T>(call: Call<T>): Promise<T> {
  const { data, error, response } = await call;
  if (error !== undefined) {
    throw new ProblemError(error, response);
  }
  // An answer without a body is `undefined`, and so is its type.
  return data as T;
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Every item of a list, page after page. */
export async function* every<T>(pageAt: (cursor: string | undefined) => Call<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await answerOf(pageAt(cursor));
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
