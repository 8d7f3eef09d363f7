let address = '';

/**
 * Keeps the e-mail address for the next step of a reset. It is only in memory, because the browser's history must not
 * contain it.
 */
export function askedFor(email: string): void {
  address = email;
}

export function askedAddress(): string {
  return address;
}
