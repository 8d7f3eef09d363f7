import { goto } from '$app/navigation';
import { eventIdOf, isOwnPage, safeNext } from './next';

/** Goes where a person wanted to go before signing in: to an event's registration, or back to a page. */
export async function continueAfterSignIn(url: URL): Promise<void> {
  const event = eventIdOf(url.searchParams.get('event'));
  const next = event === null ? safeNext(url.searchParams.get('next')) : `/app/events/${event}/register`;
  if (isOwnPage(next)) await goto(next, { replaceState: true });
  else location.replace(next);
}
