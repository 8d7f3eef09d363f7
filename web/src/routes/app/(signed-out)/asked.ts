let address = '';

/** Keeps the address for the next step of a reset: in memory, since addresses do not belong into the history. */
export function askedFor(email: string): void {
  address = email;
}

export function askedAddress(): string {
  return address;
}
