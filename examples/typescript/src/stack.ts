// Where em-connect listens, and who signs in there: what `cargo xtask up` wrote, or the file that EM_CONNECT_STACK names.

import { readFileSync } from "node:fs";

interface Credentials {
  email: string;
  password: string;
}

interface Stack {
  httpUrl: string;
  wsUrl: string;
  organizer: Credentials;
}

const written = new URL("../../../target/local/stack.json", import.meta.url);

export const stack: Stack = JSON.parse(readFileSync(process.env["EM_CONNECT_STACK"] ?? written, "utf8"));

/** The first argument of the program. */
export function eventArgument(): string {
  const id = process.argv[2];
  if (id === undefined) {
    console.error("which event? give its id: evt_…");
    process.exit(2);
  }
  return id;
}
