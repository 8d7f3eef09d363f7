/** A code from the link of a mail or of an invitation. */
export interface MailedCode {
  code: string;
  /** The address of the account, or an empty text if the link does not contain it. */
  email: string;
}

/** A code that a person can also type, or 32 bytes in base64url. */
const CODE = /^(?:[0-9A-Za-z][0-9A-Za-z -]{0,29}|[0-9A-Za-z_-]{43})$/;
const LONGEST_ADDRESS = 254;

/** Returns whether the fragment of an address contains a code, valid or not. */
export function hasCode(hash: string): boolean {
  return new URLSearchParams(hash.slice(1)).has('code');
}

/**
 * Reads the code in the fragment of an address. Browsers send the fragment to nobody. Anybody can write such a link, so a
 * value that is not a code fills no field.
 */
export function readCode(hash: string): MailedCode | null {
  const values = new URLSearchParams(hash.slice(1));
  const code = values.get('code') ?? '';
  // Links of mails from before this name have `email`.
  const email = values.get('account') ?? values.get('email') ?? '';
  if (!CODE.test(code)) return null;
  return { code, email: email.length <= LONGEST_ADDRESS && email.includes('@') ? email : '' };
}
