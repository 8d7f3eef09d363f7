import { expect, expectAccessible, ORGANIZER, demoPassword, signIn, test } from './support';
import { makeDoor } from './support/door';

test('a guest without a ticket at hand is found by name, also without a network', async ({ page, request, context }) => {
  test.setTimeout(120_000);
  const door = await makeDoor(request, 3);
  await signIn(page, { email: ORGANIZER, password: demoPassword() }, `/scan/${door.id}`);
  await expect(page.getByText('Ready', { exact: true })).toBeVisible();
  const open = () => page.getByRole('button', { name: 'Search by name' }).click();
  const dialog = page.getByRole('dialog', { name: 'Search by name' });
  const field = dialog.getByLabel('Name of the guest');

  await open();
  await field.fill('guest');
  await expect(dialog.getByText('3 people found.')).toBeVisible();
  await expectAccessible(page);
  await field.fill('nobody');
  await expect(dialog.getByText('No one found with a seat at this event.')).toBeVisible();

  // The choice is judged like a typed code: admitted, already in, and undone.
  await field.fill('GUEST 1');
  await dialog.getByRole('button', { name: /^Guest 1/ }).click();
  await expect(dialog).toBeHidden();
  const verdict = page.getByRole('main');
  await expect(verdict.getByText('Admitted', { exact: true })).toBeVisible();
  await expect(verdict).toContainText('Guest 1');
  await page.waitForTimeout(3_100);
  await open();
  await field.fill('1 gue');
  await page.keyboard.press('Enter');
  await expect(verdict).toContainText('Already in');
  await page.getByRole('button', { name: 'Undo the last admission' }).click();
  await expect(page.getByText(/^The admission of .* was taken back\.$/)).toBeVisible();

  // Without a network, the kept names still admit, and the scan is sent later.
  await context.setOffline(true);
  await open();
  await field.fill('guest 2');
  await page.keyboard.press('Enter');
  await expect(verdict).toContainText('Admitted, not yet confirmed');
  await expect(verdict).toContainText('Guest 2');
  await context.setOffline(false);
  await expect(async () => {
    const { items } = await door.organizer.call<{ items: { code: string }[] }>('GET', `/v1/events/${door.id}/check-ins?result=admitted`);
    expect(items.map(({ code }) => code)).toContain(door.tickets[1]?.code);
  }).toPass();

  // When the person leaves the door, no names remain on the device.
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const opening = indexedDB.open('em-connect.scan');
          opening.onerror = () => reject(opening.error ?? new Error('no database'));
          opening.onsuccess = () => {
            const count = opening.result.transaction('names').objectStore('names').count();
            count.onsuccess = () => {
              opening.result.close();
              resolve(count.result);
            };
          };
        }),
    );
  expect(await kept()).toBe(1);
  await page.getByRole('link', { name: 'Other events' }).click();
  await expect(page.getByRole('heading', { name: 'On this device' })).toBeVisible();
  await expect.poll(kept).toBe(0);
});
