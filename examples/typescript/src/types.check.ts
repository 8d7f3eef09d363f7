// Never run. `npm run check` fails if the generated types allow one of these: then the contract has lost a name.

import { type Api, type Event, type NewEvent, answerOf } from "./client.ts";

export async function mistakes(api: Api, event: Event, draft: NewEvent): Promise<void> {
  const path = { id: event.id };

  // @ts-expect-error: no such status of an event
  event.status === "publishd";
  // @ts-expect-error: no such problem
  (await api.GET("/v1/me")).error?.type === "/problems/not-fuond";
  // @ts-expect-error: no such path
  await api.GET("/v1/evnts");
  // @ts-expect-error: a status that no ticket has
  await api.GET("/v1/me/tickets", { params: { query: { status: "confirmed" } } });
  // @ts-expect-error: a capacity is a number
  await api.POST("/v1/events", { body: { ...draft, capacity: "120" } });
  // @ts-expect-error: a change names the version that it is meant for
  await api.PATCH("/v1/events/{id}", { params: { path }, body: { title: "A title" } });
  // @ts-expect-error: a page has no such field
  (await answerOf(api.GET("/v1/events"))).next;
  // @ts-expect-error: a role that nobody has
  (await answerOf(api.GET("/v1/me"))).role === "superuser";
  // @ts-expect-error: a result that no scan has
  (await answerOf(api.GET("/v1/events/{id}/check-ins", { params: { path } }))).items[0]?.result === "ok";
}
