import { goto } from '$app/navigation';
import { eventIdOf, isOwnPage, safeNext } from './next';

/** Opens the page that the person wanted before signing in: an event's registration, or another page. */
export async function continueAfterSignIn(url: URL): Promise<void> {
  const event = eventIdOf(url.searchParams.get('event'));
  const next = event === null ? safeNext(url.searchParams.get('next')) : `/app/events/${event}/register`;
  if (isOwnPage(next)) await goto(next, { replaceState: true });
  else location.replace(next);
}
