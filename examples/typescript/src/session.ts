// Signing in, and staying so: an access token lives for 15 minutes, a refresh token buys one new pair.

import { answerOf, connect } from "./client.ts";
import type { components } from "./schema.d.ts";

type Tokens = components["schemas"]["Session"];

/** Refreshed this long before the access token ends. */
const MARGIN_SECONDS = 30;

export class Session {
  readonly #baseUrl: string;
  #tokens: Tokens;
  #staleAt: number;
  #refreshing: Promise<void> | undefined;

  private constructor(baseUrl: string, tokens: Tokens) {
    this.#baseUrl = baseUrl;
    this.#tokens = tokens;
    this.#staleAt = staleAt(tokens);
  }

  static async logIn(baseUrl: string, { email, password }: { email: string; password: string }): Promise<Session> {
    const body = { email, password };
    return new Session(baseUrl, await answerOf(connect(baseUrl).POST("/v1/auth/login", { body })));
  }

  static async register(baseUrl: string, body: { email: string; password: string; name: string }): Promise<Session> {
    return new Session(baseUrl, await answerOf(connect(baseUrl).POST("/v1/auth/register", { body })));
  }

  get user(): Tokens["user"] {
    return this.#tokens.user;
  }

  /** A token that is good for some seconds at least. */
  async accessToken(): Promise<string> {
    if (Date.now() >= this.#staleAt) {
      await this.refresh();
    }
    return this.#tokens.accessToken;
  }

  /**
   * Exchanges the refresh token. Whoever asks meanwhile waits for the same exchange: a token that is shown once more
   * than 30 seconds later ends the session (`/problems/token-reused`), for the service cannot tell a careless client
   * from a thief.
   */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#exchange().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #exchange(): Promise<void> {
    const body = { refreshToken: this.#tokens.refreshToken };
    this.#tokens = await answerOf(connect(this.#baseUrl).POST("/v1/auth/refresh", { body }));
    this.#staleAt = staleAt(this.#tokens);
  }

  async logOut(): Promise<void> {
    const body = { refreshToken: this.#tokens.refreshToken };
    await answerOf(connect(this.#baseUrl).POST("/v1/auth/logout", { body }));
  }
}

function staleAt(tokens: Tokens): number {
  return Date.now() + 1000 * (tokens.expiresIn - MARGIN_SECONDS);
}
