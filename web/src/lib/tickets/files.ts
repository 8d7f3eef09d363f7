import { api, data } from '../api/client';

/** Saves a file on the person's device. The browser stores it under `name`. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the blob only after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Downloads a ticket as a page to print. */
export async function savePdf(code: string): Promise<void> {
  const call = api.GET('/v1/tickets/{code}/ticket.pdf', { params: { path: { code } }, parseAs: 'blob' });
  save((await data(call)) as unknown as Blob, `ticket-${code}.pdf`);
}

/** Downloads the event of a ticket as a calendar entry. */
export async function saveCalendarEntry(code: string): Promise<void> {
  const call = api.GET('/v1/tickets/{code}/calendar.ics', { params: { path: { code } }, parseAs: 'text' });
  save(new Blob([await data(call)], { type: 'text/calendar' }), `event-${code}.ics`);
}
