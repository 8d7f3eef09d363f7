import type { Api } from './index';

const DAY = 86_400_000;

export const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Publishes an event that starts in twenty days. Returns the event's id. */
export async function publish(organizer: Api, details: Record<string, unknown> = {}): Promise<string> {
  const { id } = await organizer.call<{ id: string }>('POST', '/v1/events', {
    title: 'Letterpress for beginners',
    venue: 'Workshop 4, Leipzig',
    startsAt: inMs(20 * DAY),
    endsAt: inMs(20 * DAY + 7_200_000),
    timezone: 'Europe/Lisbon',
    capacity: 20,
    ...details,
  });
  await organizer.call('POST', `/v1/events/${id}/publish`);
  return id;
}
