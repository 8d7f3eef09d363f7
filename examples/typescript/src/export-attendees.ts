// An organizer exports everybody who registered, as CSV: node src/export-attendees.ts evt_… [rows a page] > attendees.csv

import { ProblemError, connect, every } from "./client.ts";
import { Session } from "./session.ts";
import { eventArgument, stack } from "./stack.ts";

const path = { id: eventArgument() };
const limit = Number(process.argv[3] ?? 100);
const session = await Session.logIn(stack.httpUrl, stack.organizer);
const api = connect(stack.httpUrl, session);

// As JSON: page after page by cursor, one object for each.
const counts = new Map<string, number>();
const attendees = every((cursor) =>
  api.GET("/v1/events/{id}/registrations", { params: { path, query: { limit, cursor } } }),
);
for await (const { status } of attendees) {
  counts.set(status, (counts.get(status) ?? 0) + 1);
}
console.error([...counts].map(([status, count]) => `${count} ${status}`).join(", "));

// As CSV: page after page by the `Link` header, which together are one file. As bytes, because reading text would drop the
// byte order mark, by which Excel knows UTF-8.
let cursor: string | undefined;
do {
  const { data, error, response } = await api.GET("/v1/events/{id}/attendees.csv", {
    params: { path, query: { limit, cursor } },
    parseAs: "arrayBuffer",
  });
  if (error !== undefined) {
    throw new ProblemError(error, response);
  }
  process.stdout.write(new Uint8Array(data));
  cursor = nextCursor(response);
} while (cursor !== undefined);

/** The cursor in `<attendees.csv?cursor=…>; rel="next"` (RFC 8288). */
function nextCursor(response: Response): string | undefined {
  const next = /<([^>]*)>; *rel="next"/.exec(response.headers.get("Link") ?? "")?.[1];
  return next === undefined ? undefined : (new URL(next, response.url).searchParams.get("cursor") ?? undefined);
}
