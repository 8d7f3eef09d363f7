import { readFile } from 'node:fs/promises';
import { Api, demoPassword, expect, expectAccessible, ORGANIZER, signIn, somebody, test } from './support';

const organizer = () => ({ email: ORGANIZER, password: demoPassword() });

/** Returns a local time some days from now, in the format of the form's control. */
function inDays(days: number, time: string): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T${time}`;
}

interface Event {
  id: string;
}

const sample = (title: string, more: object = {}) => ({
  title,
  venue: 'Town hall',
  startsAt: new Date(Date.now() + 20 * 86_400_000).toISOString(),
  endsAt: new Date(Date.now() + 20 * 86_400_000 + 7_200_000).toISOString(),
  timezone: 'Europe/Vienna',
  capacity: 2,
  ...more,
});

async function published(api: Api, title: string, more: object = {}): Promise<Event> {
  const event = await api.call<Event>('POST', '/v1/events', sample(title, more));
  await api.call('POST', `/v1/events/${event.id}/publish`);
  return event;
}

test('an organizer runs an event', async ({ page, request }) => {
  test.setTimeout(240_000);
  await signIn(page, organizer(), '/app/organize');
  await expect(page.getByRole('heading', { name: 'Published' })).toBeVisible();
  await expectAccessible(page);

  // Each error appears next to its field.
  await page.getByRole('link', { name: 'New event' }).click();
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await expect(page.getByLabel('Title')).toBeFocused();
  await expect(page.getByLabel('Title')).toHaveAccessibleDescription(/Please fill in this field/);
  await page.getByLabel('Title').fill('Evening of lights');
  await page.getByLabel('Place', { exact: true }).fill('Old harbour');
  await page.getByLabel('Time zone').selectOption('Europe/Lisbon');
  await page.getByLabel('Start').fill(inDays(30, '20:00'));
  await page.getByLabel('End', { exact: true }).fill(inDays(30, '19:00'));
  await page.getByLabel('Number of seats').fill('0');
  await page.getByLabel('Tags').fill('light, a tag that is much longer than thirty characters');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await expect(page.getByLabel('End', { exact: true })).toHaveAccessibleDescription(/The end must be after the start/);
  await expect(page.getByLabel('Number of seats')).toHaveAccessibleDescription(/from 1 to 100,000/);
  await page.getByLabel('End', { exact: true }).fill(inDays(30, '22:00'));
  await page.getByLabel('Number of seats').fill('3');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await expect(page.getByLabel('Tags')).toHaveAccessibleDescription(/At most 30 characters/);
  await expectAccessible(page);

  // The form survives a reload.
  await page.waitForTimeout(300);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByText('Your unsaved changes are back')).toBeVisible();
  await expect(page.getByLabel('Title')).toHaveValue('Evening of lights');
  await page.getByLabel('Tags').fill('light, harbour');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Evening of lights');
  const id = /evt_\w+/.exec(page.url())?.[0] ?? '';
  await expect(page.getByText(/20:00 (WET|WEST|GMT)/)).toBeVisible();
  await expectAccessible(page);

  // The page of the draft looks as it will when the event is published.
  await page.getByRole('button', { name: 'Preview the page' }).click();
  await expect(page.getByText('Visitors will see this page once the event is published.')).toBeVisible();
  await expect(page.getByText('3 of 3 seats left')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Back to the event’s overview' }).click();

  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('The event is published.')).toBeVisible();

  // A registration from another client appears without a reload.
  await page.getByRole('link', { name: 'Live board' }).click();
  await expect(page.getByTestId('registered')).toHaveText('0');
  const visitor = somebody('Grace Hopper');
  const second = somebody('Ada Lovelace');
  const grace = await Api.register(request, visitor);
  const ada = await Api.register(request, second);
  await grace.call('POST', `/v1/events/${id}/registrations`);
  await ada.call('POST', `/v1/events/${id}/registrations`);
  await expect(page.getByTestId('registered')).toHaveText('2');
  await expect(page.getByRole('img', { name: /Registrations per hour/ })).toBeVisible();
  await expect(page.getByText(/^Live, /)).toBeVisible();
  await page.locator('summary', { hasText: 'Numbers as a table' }).click();
  await expect(page.getByRole('row').last()).toContainText('2');
  await expectAccessible(page);

  // The organizer sends an announcement.
  await page.getByLabel('Message').fill('Bring a coat.');
  await page.getByRole('button', { name: 'Send the announcement' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send the announcement' }).click();
  await expect(page.getByText('The announcement is published.')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'Bring a coat.' })).toHaveCount(1);

  // The wall screen has no navigation.
  await page.goto(`/app/organize/${id}/live?wall`);
  await expect(page.getByRole('dialog').getByTestId('registered')).toHaveText('2');
  // A modal dialog makes all other content unreachable.
  expect(await page.evaluate(() => document.querySelector('dialog:modal') !== null)).toBe(true);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Leave the wall screen' }).click();
  await expect(page).toHaveURL(/live$/);
  await expect(page.getByRole('navigation').first()).toBeVisible();

  // The page of people has a search, a CSV file, and removal.
  await page.getByRole('link', { name: 'People' }).click();
  await expect(page.getByRole('row', { name: /Grace Hopper/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Name or mail address').fill('ADA');
  await expect(page.getByRole('row', { name: /Grace Hopper/ })).toHaveCount(0);
  await expect(page.getByText('1 person found.')).toBeVisible();
  await page.getByLabel('Name or mail address').fill('');
  await expect(page.getByRole('row', { name: /Grace Hopper/ })).toBeVisible();
  // A person's own page tells what happened, and mails the ticket again.
  await page.getByRole('link', { name: 'Grace Hopper' }).click();
  await expect(page.getByRole('cell', { name: /^Mail with the ticket/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Mail the ticket again' }).click();
  await expect(page.getByText('The ticket is on its way by mail.')).toBeVisible();
  await page.getByRole('button', { name: 'Mail the ticket again' }).click();
  await expect(page.getByText(/^Too many attempts/)).toBeVisible();
  await page.getByRole('link', { name: 'Back to the list' }).click();
  await page.getByRole('button', { name: 'Remove Grace Hopper' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('row', { name: /Grace Hopper/ })).toHaveCount(0);

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as CSV' }).click()]);
  expect(download.suggestedFilename()).toBe('Evening-of-lights.csv');
  const csv = await readFile(await download.path(), 'utf8');
  expect(csv.startsWith('\uFEFF"name"')).toBe(true);
  expect(csv).toContain(second.email);
  expect(csv).not.toContain(visitor.email);

  // The organizer adds a registrant to the door staff by e-mail address.
  await page.getByRole('link', { name: 'Door staff' }).click();
  await expect(page.getByLabel('Link to the scanner, for your door staff')).toHaveValue(/^http:.+\/scan\/evt_/);
  await page.getByLabel(/Email address of a registrant/).fill('nobody@example.org');
  await page.getByRole('button', { name: 'Add to the door staff' }).click();
  await expect(page.getByText(/Nobody with this address is registered/)).toBeVisible();
  await page.getByLabel(/Email address of a registrant/).fill(second.email);
  await page.getByRole('button', { name: 'Add to the door staff' }).click();
  await expect(page.getByRole('row', { name: /Ada Lovelace/ })).toBeVisible();
  await expectAccessible(page);

  for (const [name, text] of [
    ['Waitlist', 'Nobody is waiting'],
    ['Conflicts', 'There are no conflicts'],
    ['Log of the door', 'Nothing was scanned yet'],
  ] as const) {
    await page.getByRole('link', { name, exact: true }).click();
    await expect(page.getByText(text)).toBeVisible();
    await expectAccessible(page);
  }

  await page.getByRole('link', { name: 'Statistics' }).click();
  await expect(page.getByRole('img', { name: /Registrations in total/ })).toBeVisible();
  await expectAccessible(page);

  // The organizer ends the event.
  await page.getByRole('link', { name: 'Overview' }).last().click();
  await page.getByRole('button', { name: 'Cancel the event' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Reason/).fill('A storm comes.');
  await expect(dialog.getByText('A storm comes.').last()).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Cancel the event' }).click();
  await expect(page.getByText('The event is cancelled.')).toBeVisible();
});

test('the live board shows admissions', async ({ page, request }) => {
  test.setTimeout(90_000);
  const api = await Api.login(request);
  const event = await published(api, 'Door evening', {
    startsAt: new Date(Date.now() + 3_600_000).toISOString(),
    endsAt: new Date(Date.now() + 7_200_000).toISOString(),
  });
  const guest = await Api.register(request, somebody());
  await guest.call('POST', `/v1/events/${event.id}/registrations`);
  await expect.poll(async () => (await guest.call<{ items: unknown[] }>('GET', '/v1/me/tickets')).items.length).toBe(1);
  const { items } = await guest.call<{ items: { code: string }[] }>('GET', '/v1/me/tickets');

  await signIn(page, organizer(), `/app/organize/${event.id}/live`);
  await expect(page.getByTestId('inside')).toHaveText('0');
  await api.call('POST', `/v1/events/${event.id}/check-ins`, { ticket: items[0]?.code, gate: 'West' });
  await expect(page.getByTestId('inside')).toHaveText('1');
  await expect(page.getByRole('img', { name: /Check-ins per minute by door/ })).toBeVisible();
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('link', { name: 'Log of the door' }).click();
  await expect(page.getByRole('row', { name: /Admitted/ })).toContainText('West');
  await page.getByLabel('Result').selectOption('void');
  await expect(page.getByText('No scan matches')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show all scans' }).click();
  await page.getByLabel('Door', { exact: true }).selectOption('West');
  await page.getByLabel('Since').selectOption('10');
  await expect(page.getByRole('row', { name: /Admitted/ })).toContainText('West');
});

test('two people change one event', async ({ page, request }) => {
  test.setTimeout(90_000);
  const api = await Api.login(request);
  const event = await published(api, 'Shared evening');
  for (const name of ['Ada', 'Grace', 'Hedy']) {
    const guest = await Api.register(request, somebody(name));
    await guest.call('POST', `/v1/events/${event.id}/${name === 'Hedy' ? 'waitlist' : 'registrations'}`);
  }
  await signIn(page, organizer(), `/app/organize/${event.id}`);
  await page.getByRole('link', { name: 'Edit' }).click();

  // With more seats, the form shows the people who move up. With fewer seats than registrations, the server refuses.
  await page.getByLabel('Number of seats').fill('4');
  await expect(page.getByText('1 person moves up from the waitlist')).toBeVisible();
  await expect(page.getByText(/ticket: Hedy/)).toBeVisible();
  await page.getByLabel('Number of seats').fill('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Number of seats')).toHaveAccessibleDescription(/2 people are registered, so there cannot be fewer seats/);

  await page.getByLabel('Number of seats').fill('2');
  await page.getByLabel('Title').fill('My evening');
  await api.call('PATCH', `/v1/events/${event.id}`, { title: 'Their evening', venue: 'Their hall' }, { 'if-match': '"2"' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Somebody else has changed this event meanwhile');
  await expect(page.getByLabel('Place', { exact: true })).toHaveValue('Their hall');
  await expect(page.getByRole('alert')).toContainText('yours is “My evening”, theirs is “Their evening”.');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My evening');
  await expect(page.getByText('Their hall').first()).toBeVisible();
});

test('an organizer finds the next events after signing in, and copies the link of one', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page, organizer(), '/app');
  const own = page.getByRole('region', { name: 'Your events' });
  await own.getByRole('listitem').first().getByRole('link').click();
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
  await expect(page.getByText('The link is copied.')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await expect(page.getByLabel('Link to the public page')).toHaveValue(link);
});

test('leaving a form with unsaved changes needs a confirmation', async ({ page, request }) => {
  const api = await Api.login(request);
  const event = await api.call<Event>('POST', '/v1/events', sample('Half done'));
  await signIn(page, organizer(), `/app/organize/${event.id}/edit`);
  await page.getByLabel('Title').fill('Half done indeed');
  await page.getByRole('link', { name: 'Statistics' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Your changes are not saved');
  await dialog.getByRole('button', { name: 'Stay here' }).click();
  await expect(page.getByLabel('Title')).toHaveValue('Half done indeed');
  await page.getByRole('link', { name: 'Statistics' }).click();
  await dialog.getByRole('button', { name: 'Keep and leave' }).click();
  await expect(page).toHaveURL(/stats$/);
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByLabel('Title')).toHaveValue('Half done indeed');
  await page.getByRole('link', { name: 'Overview' }).last().click();
  await dialog.getByRole('button', { name: 'Discard and leave' }).click();
  await page.getByRole('button', { name: 'Delete the draft' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the draft' }).click();
  await expect(page).toHaveURL(/organize$/);
});

test('times are in the zone of the event, even when clocks change', async ({ page }) => {
  await signIn(page, organizer(), '/app/organize/new');
  await page.getByLabel('Start').fill('2027-03-28T02:30');
  await page.getByLabel('End', { exact: true }).fill('2027-10-31T02:30');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await expect(page.getByLabel('Start')).toHaveAccessibleDescription(/does not exist on that day/);
  await expect(page.getByLabel(/the time comes twice/)).toBeVisible();
  await page.getByLabel('Time zone').selectOption('UTC');
  await expect(page.getByLabel(/the time comes twice/)).toHaveCount(0);
});

test('visitors cannot see the pages of organizers', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await signIn(page, person, '/app');
  await page.goto('/app/organize');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page is not for your account');
});
