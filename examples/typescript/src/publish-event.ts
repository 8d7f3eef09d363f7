// An organizer makes an event, corrects it, and publishes it: node src/publish-event.ts

import { type Api, type Event, type EventChanges, ProblemError, answerOf, connect } from "./client.ts";
import { Session } from "./session.ts";
import { stack } from "./stack.ts";

const session = await Session.logIn(stack.httpUrl, stack.organizer);
const api = connect(stack.httpUrl, session);

const draft = await answerOf(
  api.POST("/v1/events", {
    body: {
      title: "An evening with TypeScrpt",
      venue: "Town hall, Vienna",
      timezone: "Europe/Vienna",
      startsAt: "2029-05-01T18:00:00Z",
      endsAt: "2029-05-01T22:00:00Z",
      capacity: 2,
    },
  }),
);
await change(api, draft.id, () => ({ title: "An evening with TypeScript" }));
const event = await answerOf(api.POST("/v1/events/{id}/publish", { params: { path: { id: draft.id } } }));
console.log(`${event.id} is ${event.status}: ${event.title}`);
await session.logOut();

/** Changes an event as it is now, again where somebody else was faster: `If-Match` sees to it that nothing is lost. */
async function change(api: Api, id: string, changesOf: (event: Event) => EventChanges): Promise<Event> {
  for (;;) {
    const { data, error, response } = await api.GET("/v1/events/{id}", { params: { path: { id } } });
    if (error !== undefined) {
      throw new ProblemError(error, response);
    }
    const header = { "If-Match": response.headers.get("ETag") ?? "" };
    try {
      return await answerOf(
        api.PATCH("/v1/events/{id}", { params: { path: { id }, header }, body: changesOf(data) }),
      );
    } catch (refusal) {
      if (!ProblemError.is(refusal, "/problems/precondition-failed")) {
        throw refusal;
      }
    }
  }
}
