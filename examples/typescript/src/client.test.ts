// What the client does when things go wrong, against a stack that is up: npm test

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { answerOf, connect, ProblemError } from "./client.ts";
import { Session } from "./session.ts";
import { stack } from "./stack.ts";

test("who is told to wait waits, and is served then", async () => {
  const body = { email: `nobody.${randomUUID()}@example.org`, password: "a wrong password" };
  const send = () =>
    fetch(`${stack.httpUrl}/v1/auth/login`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  let refused = await send();
  for (let tries = 0; refused.status !== 429; tries += 1) {
    assert.ok(refused.status === 401 && tries < 12, `${refused.status} after ${tries} tries`);
    refused = await send();
  }
  assert.ok(Number(refused.headers.get("Retry-After")) >= 1);

  const logIn = answerOf(connect(stack.httpUrl).POST("/v1/auth/login", { body }));

  await assert.rejects(logIn, (error) => ProblemError.is(error, "/problems/invalid-credentials"));
});

test("whoever needs a new token at the same time shares one exchange", async () => {
  const session = await Session.register(stack.httpUrl, {
    name: "Grace Hopper",
    email: `grace.${randomUUID()}@example.org`,
    password: randomUUID(),
  });

  await Promise.all([session.refresh(), session.refresh(), session.refresh()]);

  const me = await answerOf(connect(stack.httpUrl, session).GET("/v1/me"));
  assert.equal(me.id, session.user.id);
  // The session is alive: a token that was shown after its successor would have ended it.
  await session.refresh();
});
