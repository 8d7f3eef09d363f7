import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Api, dataFolder, demoPassword, expect, expectAccessible, ORGANIZER, signIn, somebody, test } from './support';
import { publish } from './support/events';

const organizer = () => ({ email: ORGANIZER, password: demoPassword() });

/** Returns the mails to an address, with their long lines joined again. */
function mailsTo(email: string): string[] {
  const folder = join(dataFolder(), 'mail');
  const names = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8').replace(/=\r?\n/g, '')).filter((mail) => mail.includes(email));
}

test('an organizer finds people of a large event', async ({ page, request }) => {
  test.setTimeout(120_000);
  const api = await Api.login(request);
  const id = await publish(api, { title: 'Search evening', capacity: 100 });
  // More people than one page of the list has.
  for (let number = 0; number < 55; number += 1) {
    const guest = await Api.register(request, somebody(`Somebody ${number}`));
    await guest.call('POST', `/v1/events/${id}/registrations`);
  }
  const umlaut = somebody('Jürgen Müller-Lüdenscheidt');
  await (await Api.register(request, umlaut)).call('POST', `/v1/events/${id}/registrations`);

  await signIn(page, organizer(), `/app/organize/${id}/people`);
  await expect(page.getByRole('button', { name: 'Show more' })).toBeVisible();
  const search = page.getByLabel('Name or mail address');
  const rows = page.getByRole('rowgroup').last().getByRole('row');

  // The search covers the whole list and not only the loaded page, and its state is in the address.
  await search.pressSequentially('luden', { delay: 30 });
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(umlaut.name);
  await expect(page.getByRole('status').filter({ hasText: '1 person found.' })).toBeVisible();
  await expect(page).toHaveURL(/\?q=luden$/);
  await expectAccessible(page);
  await page.reload();
  await expect(search).toHaveValue('luden');
  await expect(rows).toHaveCount(1);

  // Escape empties the field, and the whole list is back.
  await search.focus();
  await page.keyboard.press('Escape');
  await expect(search).toHaveValue('');
  await expect(rows).toHaveCount(50);
  await expect(page).toHaveURL(/people$/);

  // A pasted address, with spaces around it, finds its owner. Enter does not wait for the pause.
  await search.fill(`  ${umlaut.email.toUpperCase()} `);
  await page.keyboard.press('Enter');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(umlaut.email);

  // Nobody is found: the page says so, and leads back by keyboard.
  await search.fill('Nobody by that name');
  await expect(page.getByRole('heading', { name: 'No one found' })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('State').selectOption('waitlisted');
  await expect(page).toHaveURL(/status=waitlisted/);
  await page.getByLabel('State').selectOption('');
  await page.getByRole('button', { name: 'Show everybody' }).press('Enter');
  await expect(search).toBeFocused();
  await expect(rows).toHaveCount(50);

  // Only quotation marks are no search, and the server is not asked.
  await search.fill('’');
  await page.waitForTimeout(500);
  await expect(rows).toHaveCount(50);
});

test('the answer to an earlier search never replaces a later one', async ({ page, request }) => {
  const api = await Api.login(request);
  const id = await publish(api, { title: 'Slow evening' });
  for (const name of ['Ada Early', 'Grace Late']) {
    await (await Api.register(request, somebody(name))).call('POST', `/v1/events/${id}/registrations`);
  }
  await signIn(page, organizer(), `/app/organize/${id}/people`);
  await expect(page.getByRole('row', { name: /Ada Early/ })).toBeVisible();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/registrations\?.*q=early/, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  const search = page.getByLabel('Name or mail address');
  await Promise.all([page.waitForRequest(/q=early/), search.fill('early')]);
  await expect(page.getByText('Searching…')).toBeVisible();
  await search.fill('late');
  await expect(page.getByRole('row', { name: /Grace Late/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Ada Early/ })).toHaveCount(0);
  release();
  await page.waitForTimeout(300);
  await expect(page.getByRole('row', { name: /Grace Late/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Ada Early/ })).toHaveCount(0);
});

test('a person who is removed reads the reason in the mail that the organizer saw before', async ({ page, request }) => {
  const api = await Api.login(request);
  const id = await publish(api, { title: 'Reason evening' });
  const person = somebody('Edith Twice');
  const client = await Api.register(request, person);
  await client.call('POST', `/v1/events/${id}/registrations`);
  await signIn(page, organizer(), `/app/organize/${id}/people`);
  await page.getByRole('button', { name: 'Remove Edith Twice' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('For the reason, reply to this mail.')).toBeVisible();
  await dialog.getByLabel(/Reason/).fill('You are on the list twice.\nSee you there!');
  await expect(dialog.getByRole('blockquote')).toContainText('organizer, writes: You are on the list twice.');
  await expect(dialog.getByText('For the reason, reply to this mail.')).toHaveCount(0);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('The person is removed.')).toBeVisible();
  await expect(page.getByRole('row', { name: /Edith Twice/ })).toHaveCount(0);
  const own = await client.call<{ cancelReason: string }>('GET', `/v1/events/${id}/registrations/me`);
  expect(own.cancelReason).toBe('You are on the list twice.\nSee you there!');
  await signIn(page, person, '/app/tickets');
  const entry = page.getByRole('listitem').filter({ hasText: 'Reason evening' });
  await expect(entry.getByRole('blockquote')).toHaveText('You are on the list twice.\nSee you there!');
  await expectAccessible(page);
  const preview = ['The organizer has cancelled your registration. Your ticket is no longer valid.', 'organizer, writes:', 'You are on the list twice.', 'See you there!'];
  await expect(() => expect(mailsTo(person.email).some((mail) => preview.every((line) => mail.includes(line)))).toBe(true)).toPass();
});

test('door staff choose their event on the start page of the scanner', async ({ page, request }) => {
  const api = await Api.login(request);
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const id = await publish(api, { title: 'Helping hands', startsAt: soon });
  const helper = somebody('Hedy Helper');
  const client = await Api.register(request, helper);
  await api.call('PUT', `/v1/events/${id}/staff/${(await client.call<{ id: string }>('GET', '/v1/me')).id}`);

  await signIn(page, helper, '/scan');
  await expect(page.getByRole('heading', { name: 'Events whose door you keep' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Helping hands' }).click();
  await expect(page.getByText('Ready', { exact: true })).toBeVisible();

  // Without a connection, the list on this device still leads to the door.
  await page.goto('/scan');
  await expect(page.getByRole('heading', { name: 'On this device' })).toBeVisible();
  await api.call('DELETE', `/v1/events/${id}/staff/${(await client.call<{ id: string }>('GET', '/v1/me')).id}`);
  await page.reload();
  await expect(page.getByText('Nobody’s door to keep')).toBeVisible();
});
