import { error, redirect } from '@sveltejs/kit';
import { enterAddress } from './next';
import { session } from './session';
import type { Schemas } from './api/client';

/**
 * Sends people who are not signed in to the page for that; they come back to `url`.
 * If the server cannot be reached, the page is shown: it may have data of its own.
 */
export async function requireSession(url: URL): Promise<void> {
  await session.ready;
  if (session.state === 'signed-out') {
    redirect(307, enterAddress(url));
  }
}

/** As `requireSession`, for accounts with one of the roles; others see that the page is not for them. */
export async function requireRole(url: URL, ...roles: Schemas['Role'][]): Promise<void> {
  await requireSession(url);
  if (session.user !== null && !roles.includes(session.user.role)) error(403, 'forbidden');
}
