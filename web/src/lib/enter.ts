import { goto } from '$app/navigation';
import { eventIdOf, isOwnPage, safeNext } from './next';

/** Goes where a person wanted to go before signing in: back to an event's page, or to a page of the app. */
export async function continueAfterSignIn(url: URL): Promise<void> {
  const event = eventIdOf(url.searchParams.get('event'));
  const next = event === null ? safeNext(url.searchParams.get('next')) : `/events/${event}`;
  if (isOwnPage(next)) await goto(next, { replaceState: true });
  else location.replace(next);
}
