// A walk through the API, from an event to its counts: node src/walk.ts

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { type Api, type Event, answerOf, connect } from "./client.ts";
import { Session } from "./session.ts";
import { stack } from "./stack.ts";

const PATIENCE_SECONDS = 60;

// The seeded organizer signs in, makes an event with two seats, and publishes it.
const organizer = connect(stack.httpUrl, await Session.logIn(stack.httpUrl, stack.organizer));
const body = {
  title: "A walk with TypeScript",
  venue: "Town hall, Vienna",
  timezone: "Europe/Vienna",
  startsAt: "2029-05-01T18:00:00Z",
  endsAt: "2029-05-01T22:00:00Z",
  capacity: 2,
};
const draft = await answerOf(organizer.POST("/v1/events", { body }));
const path = { id: draft.id };
const event = await answerOf(organizer.POST("/v1/events/{id}/publish", { params: { path } }));
console.log(`${event.id} is ${event.status}`);

// Three people register: two get a seat, the third is refused, and joins the waitlist.
const [ada, grace, edsger] = [await signUp("Ada"), await signUp("Grace"), await signUp("Edsger")];
for (const guest of [ada, grace]) {
  await answerOf(guest.POST("/v1/events/{id}/registrations", { params: { path } }));
}
const { error } = await edsger.POST("/v1/events/{id}/registrations", { params: { path } });
console.log(`the third was refused: ${error?.type}`);
const place = await answerOf(edsger.POST("/v1/events/{id}/waitlist", { params: { path } }));
console.log(`and waits at place ${place.waitlistPosition}`);

// Ada's ticket follows within a second or two; the counts that anybody sees may be two seconds old.
const ticket = await eventually(async () => (await answerOf(ada.GET("/v1/me/tickets"))).items[0]);
console.log(`Ada has ticket ${ticket.code}`);
const now = await eventually(async () => {
  const seen: Event = await answerOf(connect(stack.httpUrl).GET("/v1/events/{id}", { params: { path } }));
  return seen.registered === 2 && seen.waitlisted === 1 ? seen : undefined;
});
console.log(`${now.registered} of ${now.capacity} registered, ${now.waitlisted} waiting, ${now.remaining} seats left`);

async function signUp(name: string): Promise<Api> {
  const account = { name, email: `${name.toLowerCase()}.${randomUUID()}@example.org`, password: randomUUID() };
  return connect(stack.httpUrl, await Session.register(stack.httpUrl, account));
}

/** Asks again until there is a value. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 1000 * PATIENCE_SECONDS;
  while (Date.now() < deadline) {
    const found = await ask();
    if (found !== undefined) {
      return found;
    }
    await sleep(200);
  }
  throw new Error(`nothing within ${PATIENCE_SECONDS} s`);
}
