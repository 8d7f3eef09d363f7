// Lists the published events that are not over: node src/list-events.ts

import { connect, every } from "./client.ts";
import { stack } from "./stack.ts";

const api = connect(stack.httpUrl);
const events = every((cursor) => api.GET("/v1/events", { params: { query: { limit: 100, cursor } } }));
for await (const event of events) {
  const seats = event.remaining > 0 ? `${event.remaining} of ${event.capacity} seats left` : "sold out";
  console.log(`${event.id}  ${event.startsAt}  ${event.title} (${event.venue}): ${seats}`);
}
