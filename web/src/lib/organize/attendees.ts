import { answer, api, type Schemas } from '../api/client';

/** Returns the cursor of the next page, from a `Link` header (RFC 8288). */
export function nextCursor(link: string | null): string | null {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(/<([^>]*)>((?:\s*;[^,]*)*)/g)) {
    if (/;\s*rel="?next"?/.test(parameters)) return new URL(target, 'http://host.invalid').searchParams.get('cursor');
  }
  return null;
}

/** Loads all pages of an event's registrants and saves them as one file. */
export async function saveAttendees(event: Pick<Schemas['Event'], 'id' | 'title'>): Promise<void> {
  const parts: Blob[] = [];
  let cursor: string | null = null;
  do {
    const { data: part, response }: { data: unknown; response: Response } = await answer(
      api.GET('/v1/events/{id}/attendees.csv', {
        params: { path: { id: event.id }, query: cursor === null ? {} : { cursor } },
        // Reads bytes, because reading text would remove the byte order mark, without which spreadsheets misread names.
        parseAs: 'blob',
      }),
    );
    parts.push(part as Blob);
    cursor = nextCursor(response.headers.get('link'));
  } while (cursor !== null);

  const url = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${event.title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || event.id}.csv`;
  link.click();
  // After this time, the browser has begun to read the file.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
