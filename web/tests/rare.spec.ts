import { demoPassword, expect, expectAccessible, ORGANIZER, signIn, test } from './support';
import { makeDoor } from './support/door';
import { publish } from './support/events';

const organizer = () => ({ email: ORGANIZER, password: demoPassword() });

test('a ticket that two doors admitted without a network is on the page of conflicts', async ({ page, request }) => {
  const event = await makeDoor(request, 2);
  const [twice, ended] = event.tickets;
  const scan = (scanId: string, ticket: string, gate: string, ago: number) => ({
    scanId,
    ticket,
    gate,
    deviceId: `scanner-${gate}`,
    scannedAt: new Date(Date.now() - ago).toISOString(),
  });
  const sync = (...scans: unknown[]) => event.organizer.call('POST', `/v1/events/${event.id}/check-ins/sync`, { scans });
  await sync(scan('a-1', twice?.qr ?? '', 'North', 60_000));
  await sync(scan('b-1', twice?.qr ?? '', 'South', 30_000));
  await ended?.holder.call('DELETE', `/v1/events/${event.id}/registrations/me`);
  await expect(async () => {
    await sync(scan('b-2', ended?.qr ?? '', 'South', 0));
    const { items } = await event.organizer.call<{ items: unknown[] }>('GET', `/v1/events/${event.id}/check-ins/conflicts`);
    expect(items).toHaveLength(2);
  }).toPass();

  await signIn(page, organizer(), `/app/organize/${event.id}/people/conflicts`);
  const first = page.getByRole('listitem').filter({ hasText: 'Guest 1' });
  await expect(first.getByText('Used more than once')).toBeVisible();
  await expect(first).toContainText(twice?.code ?? 'no ticket');
  await expect(first).toContainText('North · scanner-North'.replace(' · ', '\u00a0· '));
  await expect(first).toContainText('South');
  await expect(page.getByRole('listitem').filter({ hasText: 'Guest 2' }).getByText('Ticket had ended')).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel('Kind').selectOption({ label: 'Ticket had ended' });
  await expect(page.getByRole('heading', { name: 'Guest 2' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Guest 1' })).toHaveCount(0);
});

test('a cancelled event cannot be added to a calendar', async ({ page, request }) => {
  const { organizer: api } = await makeDoor(request, 0);
  const id = await publish(api);
  await page.goto(`/events/${id}`);
  await expect(page.getByRole('link', { name: 'Add to calendar' })).toBeVisible();
  await api.call('POST', `/v1/events/${id}/cancel`, { reason: 'The hall is closed.' });
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('This event was cancelled.').first()).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole('link', { name: 'Add to calendar' })).toHaveCount(0);
});

test('digits of other scripts in a number field are refused with an error beside the field', async ({ page }) => {
  await signIn(page, organizer(), '/app/organize');
  await page.evaluate(() => localStorage.setItem('em-connect.locale', 'ar'));
  await page.goto('/app/organize/new');
  const seats = page.getByLabel('عدد المقاعد');
  await seats.clear();
  await seats.pressSequentially('٢٠');
  await expect(seats).toHaveValue('');
  await page.getByRole('button', { name: 'حفظ كمسودة' }).click();
  await expect(seats).toHaveAccessibleDescription(/يرجى/);
  await seats.pressSequentially('20');
  await expect(seats).toHaveValue('20');
  await page.getByRole('button', { name: 'حفظ كمسودة' }).click();
  await expect(seats).not.toHaveAttribute('aria-invalid', 'true');
});
