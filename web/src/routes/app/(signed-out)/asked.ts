let address = '';

/**
 * Keeps the e-mail address for the next step of a reset. The address is only in memory, because the browser's history
 * must not contain the address.
 */
export function askedFor(email: string): void {
  address = email;
}

export function askedAddress(): string {
  return address;
}
