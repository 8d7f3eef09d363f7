import { writeFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { Api, expect, somebody } from './index';

export interface DoorTicket {
  code: string;
  /** Text of the QR code. */
  qr: string;
  name: string;
  /** The holder's API client. */
  holder: Api;
}

export interface DoorEvent {
  id: string;
  organizer: Api;
  tickets: DoorTicket[];
}

/** Makes an event whose doors are open, with holders of tickets. */
export async function makeDoor(request: APIRequestContext, holders: number, title = 'An Evening at the Door'): Promise<DoorEvent> {
  const organizer = await Api.login(request);
  const startsAt = new Date(Date.now() + 3_600_000).toISOString();
  const endsAt = new Date(Date.now() + 4 * 3_600_000).toISOString();
  const { id } = await organizer.call<{ id: string }>('POST', '/v1/events', {
    title,
    venue: 'Kulturbrauerei, Berlin',
    startsAt,
    endsAt,
    timezone: 'Europe/Berlin',
    capacity: Math.max(holders, 10),
  });
  await organizer.call('POST', `/v1/events/${id}/publish`);
  const tickets: DoorTicket[] = [];
  for (let index = 0; index < holders; index += 1) tickets.push(await makeTicket(request, id, `Guest ${index + 1}`));
  return { id, organizer, tickets };
}

export async function makeTicket(request: APIRequestContext, eventId: string, name: string): Promise<DoorTicket> {
  const holder = await Api.register(request, somebody(name));
  await holder.call('POST', `/v1/events/${eventId}/registrations`);
  let ticket: { code: string; qr: string } | undefined;
  await expect(async () => {
    const { items } = await holder.call<{ items: { code: string; qr: string }[] }>('GET', '/v1/me/tickets');
    ticket = items[0];
    expect(ticket).toBeDefined();
  }).toPass();
  return { ...(ticket as { code: string; qr: string }), name, holder };
}

export interface LoggedScan {
  scanId: string;
  code: string | null;
  gate: string | null;
  result: string;
}

/** Returns the door's log from the server. */
export async function doorLog({ id, organizer }: DoorEvent): Promise<LoggedScan[]> {
  return (await organizer.call<{ items: LoggedScan[] }>('GET', `/v1/events/${id}/check-ins?limit=100`)).items;
}

/** Acts as a scanner that is a keyboard: types a burst of keys and Enter, with no field focused. */
export async function wedge(page: Page, text: string): Promise<void> {
  await page.evaluate((keys) => {
    const target = document.activeElement ?? document.body;
    for (const key of [...keys, 'Enter']) {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      target.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true, cancelable: true }));
    }
  }, text);
}

/** Writes a film (Y4M) that shows a picture, for Chromium's fake camera. */
export async function film(page: Page, png: Buffer, path: string): Promise<void> {
  const width = 640;
  const height = 480;
  const luma = await page.evaluate(
    async ([source, w, h]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${source}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = w;
      canvas.height = h;
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.fillStyle = '#fff';
      context.fillRect(0, 0, w, h);
      const side = Math.min(w, h) - 80;
      context.imageSmoothingEnabled = false;
      context.drawImage(image, (w - side) / 2, (h - side) / 2, side, side);
      const { data } = context.getImageData(0, 0, w, h);
      let bytes = '';
      for (let at = 0; at < data.length; at += 4) bytes += String.fromCharCode(data[at] ?? 0);
      return btoa(bytes);
    },
    [png.toString('base64'), width, height] as const,
  );
  const grey = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(luma, 'base64'), grey]);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(path, Buffer.concat([header, ...Array.from({ length: 10 }, () => frame)]));
}
