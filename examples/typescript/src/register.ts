// Somebody registers, waits for the ticket, and keeps its QR code: node src/register.ts evt_…

import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { ProblemError, answerOf, connect } from "./client.ts";
import { Session } from "./session.ts";
import { eventArgument, stack } from "./stack.ts";

const PATIENCE_SECONDS = 60;

const path = { id: eventArgument() };
const session = await Session.register(stack.httpUrl, {
  name: "Ada Lovelace",
  email: `ada.${randomUUID()}@example.org`,
  password: randomUUID(),
});
const api = connect(stack.httpUrl, session);

const registration = await registerOrWait();
if (registration.status === "waitlisted") {
  console.log(`${session.user.email} waits at place ${registration.waitlistPosition}; a mail tells of a seat`);
} else {
  const code = await ticketCode();
  const svg = await answerOf(api.GET("/v1/tickets/{code}/qr.svg", { params: { path: { code } }, parseAs: "text" }));
  await writeFile(`${code}.svg`, svg);
  console.log(`${session.user.email} has ticket ${code}; its QR code is in ${code}.svg`);
}

/** Registers, or joins the waitlist. Either may be repeated: who has a place gets the same one again. */
async function registerOrWait() {
  for (;;) {
    const registering = await api.POST("/v1/events/{id}/registrations", { params: { path } });
    if (registering.data !== undefined) {
      return registering.data;
    }
    switch (registering.error.type) {
      case "/problems/sold-out":
        break;
      case "/problems/registration-closed":
        console.error(`too late, or too early: ${registering.error.reason}`);
        process.exit(1);
      default:
        throw new ProblemError(registering.error, registering.response);
    }
    const waiting = await api.POST("/v1/events/{id}/waitlist", { params: { path } });
    if (waiting.data !== undefined) {
      return waiting.data;
    }
    // Meanwhile a seat was given back: register after all.
    if (waiting.error.type !== "/problems/seats-available") {
      throw new ProblemError(waiting.error, waiting.response);
    }
  }
}

/** The ticket follows the registration within a second or two, later where very many register at once. */
async function ticketCode(): Promise<string> {
  const deadline = Date.now() + 1000 * PATIENCE_SECONDS;
  for (let wait = 200; Date.now() < deadline; wait = Math.min(2 * wait, 5_000)) {
    const mine = await answerOf(api.GET("/v1/events/{id}/registrations/me", { params: { path } }));
    if (mine.ticketCode !== null) {
      return mine.ticketCode;
    }
    await sleep(wait);
  }
  throw new Error(`no ticket within ${PATIENCE_SECONDS} s; it will come by mail`);
}
