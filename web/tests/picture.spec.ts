import { deflateSync } from 'node:zlib';
import { Api, demoPassword, expect, expectAccessible, ORGANIZER, signIn, test } from './support';

// The recorder of traces reads the preview by `fetch`, which the content security policy of the app forbids.
test.use({ trace: 'off' });

/** Returns a PNG file of one colour. */
function png(width: number, height: number): Buffer {
  const chunk = (name: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), content]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(content.length);
    const end = Buffer.alloc(4);
    end.writeUInt32BE(crc(body));
    return Buffer.concat([head, body, end]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(3 * width, Buffer.from([20, 110, 90]))]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const picture = (width: number, height: number) => ({ name: 'choir.png', mimeType: 'image/png', buffer: png(width, height) });

test('an organizer gives an event a picture, which visitors see', async ({ page, request }) => {
  test.setTimeout(120_000);
  const api = await Api.login(request);
  const title = `Choir night ${Date.now()}`;
  const event = await api.call<{ id: string }>('POST', '/v1/events', {
    title,
    venue: 'Town hall',
    startsAt: new Date(Date.now() + 20 * 86_400_000).toISOString(),
    endsAt: new Date(Date.now() + 20 * 86_400_000 + 7_200_000).toISOString(),
    timezone: 'Europe/Vienna',
    capacity: 2,
  });
  await api.call('POST', `/v1/events/${event.id}/publish`);
  await signIn(page, { email: ORGANIZER, password: demoPassword() }, `/app/organize/${event.id}/edit`);

  // The fault of a file is named beside the control, before the file is sent.
  const file = page.getByLabel('Picture file');
  await page.getByRole('button', { name: 'Upload the picture' }).click();
  await expect(file).toBeFocused();
  await expect(file).toHaveAccessibleDescription(/Please choose a file first/);
  await file.setInputFiles({ name: 'choir.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await page.getByRole('button', { name: 'Upload the picture' }).click();
  await expect(file).toHaveAccessibleDescription(/not a picture that can be read/);

  await file.setInputFiles(picture(1200, 800));
  await expect(page.getByRole('img', { name: 'Preview of the chosen picture' })).toBeVisible();
  await page.getByLabel('Description of the picture').fill('A choir on the steps of a church');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Upload the picture' }).click();
  await expect(page.getByText('The event has its new picture.')).toBeVisible();
  await expect(page.getByRole('img', { name: 'A choir on the steps of a church' })).toBeVisible();

  // The description changes without another file.
  await expect(page.getByLabel('Description of the picture')).toHaveValue('A choir on the steps of a church');
  await page.getByLabel('Description of the picture').fill('A choir in a garden');
  await page.getByRole('button', { name: 'Save the description' }).click();
  await expect(page.getByText('The description is saved.')).toBeVisible();
  await expect(page.getByRole('img', { name: 'A choir in a garden' })).toBeVisible();
  await page.getByLabel('Description of the picture').fill('A choir on the steps of a church');
  await page.getByRole('button', { name: 'Save the description' }).click();
  await expect(page.getByRole('img', { name: 'A choir on the steps of a church' })).toBeVisible();

  // The upload made a new version of the event. Saving the form afterwards is not a conflict.
  await page.getByLabel('Place', { exact: true }).fill('Old harbour');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${event.id}$`));

  await page.goto(`/events/${event.id}`);
  const shown = page.getByRole('img', { name: 'A choir on the steps of a church' });
  await expect(shown).toBeVisible();
  await expect(shown).toHaveJSProperty('complete', true);
  expect(await shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expectAccessible(page);
  await page.goto(`/?q=${encodeURIComponent(title)}`);
  await expect(page.getByRole('img', { name: 'A choir on the steps of a church' })).toBeVisible();
  await expectAccessible(page);

  // A photo that is larger than the server takes is reduced in the browser.
  await page.goto(`/app/organize/${event.id}/edit`);
  await page.getByLabel('Picture file').setInputFiles(picture(7000, 4700));
  await page.getByRole('button', { name: 'Replace the picture' }).click();
  await expect(page.getByText('The event has its new picture.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove the picture' }).click();
  await expect(page.getByText('The picture is removed.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Upload the picture' })).toBeVisible();
});
