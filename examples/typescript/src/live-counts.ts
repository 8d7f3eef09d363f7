// Shows an event's counts as they change: node src/live-counts.ts evt_… [how many]

import { setTimeout as sleep } from "node:timers/promises";

import type { components } from "./schema.d.ts";
import { eventArgument, stack } from "./stack.ts";

/** A frame as docs/live.md describes it; those of other types are left alone. */
type Frame =
  | { type: "snapshot" | "count"; registered: number; remaining: number; capacity: number; waitlisted: number; asOf: string }
  | { type: "announcement"; message: string; createdAt: string }
  | { type: "event"; status: components["schemas"]["EventStatus"]; changed: string[] }
  | { type: "error"; code: string; detail: string };

/** The gateway closes a connection that says nothing for ten minutes. */
const PING_EVERY_MS = 5 * 60_000;

const eventId = eventArgument();
let wanted = Number(process.argv[3] ?? Number.POSITIVE_INFINITY);

for (let wait = 1_000; wanted > 0; wait = Math.min(2 * wait, 60_000)) {
  await watch(() => (wait = 1_000));
  if (wanted > 0) {
    await sleep(wait * Math.random());
  }
}

/** Shows what one connection tells, until it ends. */
async function watch(connected: () => void): Promise<void> {
  const socket = new WebSocket(stack.wsUrl);
  const ping = setInterval(() => socket.send(JSON.stringify({ action: "ping" })), PING_EVERY_MS);
  socket.addEventListener("open", () => {
    connected();
    socket.send(JSON.stringify({ action: "subscribe", eventId }));
  });
  socket.addEventListener("message", ({ data }) => {
    show(JSON.parse(String(data)));
    if (wanted <= 0) {
      socket.close();
    }
  });
  // An error is followed by `close`, which is all that matters here.
  await new Promise((ended) => socket.addEventListener("close", ended));
  clearInterval(ping);
}

function show(frame: Frame): void {
  switch (frame.type) {
    case "snapshot":
    case "count":
      console.log(`${frame.asOf}  ${frame.registered} of ${frame.capacity} registered, ${frame.waitlisted} waiting`);
      wanted -= 1;
      break;
    case "announcement":
      console.log(`${frame.createdAt}  ${frame.message}`);
      break;
    case "event":
      console.log(`the event is ${frame.status}; changed: ${frame.changed.join(", ")}`);
      break;
    case "error":
      console.error(`${frame.code}: ${frame.detail}`);
      process.exit(1);
  }
}
