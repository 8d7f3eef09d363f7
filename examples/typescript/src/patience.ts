// Waiting as the service asks: 429 and 503 say in `Retry-After` after how many seconds the same request is welcome. A
// gateway in front of it may say 429 without that.

import { setTimeout as sleep } from "node:timers/promises";

const MAX_TRIES = 6;
const LONGEST_WAIT_SECONDS = 60;

/**
 * `fetch`, again where the service asks for it.
 *
 * The wait grows and is random beyond what was asked for, so that a crowd that was turned away together does not come
 * back together.
 */
export async function patientFetch(request: Request): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    // A request's body is spent when it is sent; its clone keeps it for another try.
    const response = await fetch(request.clone());
    const seconds = Number(response.headers.get("Retry-After") ?? 1);
    const isWelcomeAgain = [429, 503].includes(response.status) && seconds <= LONGEST_WAIT_SECONDS;
    if (!isWelcomeAgain || tries === MAX_TRIES) {
      return response;
    }
    await response.body?.cancel();
    await sleep(1000 * (seconds + Math.random() * 2 ** (tries - 1)));
  }
}
