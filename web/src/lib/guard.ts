import { error, redirect } from '@sveltejs/kit';
import { enterAddress } from './next';
import { sleep } from './retry';
import { session } from './session';
import type { Schemas } from './api/client';

/** Longest wait for the session before a page with data on this device is shown, in milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * Redirects people who are not signed in to the page for signing in, which leads back to `url`.
 * If the server cannot be reached, the page is shown, because the device may have data for it. If `hasOwnData` resolves
 * to true, the page is shown after two seconds at the latest, and its layout reacts when the state of the session
 * changes.
 */
export async function requireSession(url: URL, hasOwnData: () => Promise<boolean> = async () => false): Promise<void> {
  if (session.state === 'restoring') {
    const early = Promise.all([hasOwnData(), sleep(PATIENCE_MS)]).then(([has]) => (has ? undefined : session.ready));
    await Promise.race([session.ready, early]);
  }
  if (session.state === 'signed-out') {
    redirect(307, enterAddress(url));
  }
}

/**
 * Like `requireSession`, for accounts with one of the roles. Other accounts see a message that the page is not for
 * them.
 */
export async function requireRole(url: URL, ...roles: Schemas['Role'][]): Promise<void> {
  await requireSession(url);
  if (session.user !== null && !roles.includes(session.user.role)) error(403, 'forbidden');
}
