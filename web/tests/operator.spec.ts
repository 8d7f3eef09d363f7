import { Api, dataFolder, expect, expectAccessible, ORGANIZER, signIn, somebody, test } from './support';
import { execFileSync } from 'node:child_process';

const ADMIN = { email: 'operator@example.org', password: 'a ship in port is safe' };

test.beforeAll(() => {
  const program = process.env['EM_CONNECT_BIN'] ?? '../target/host/em-connect';
  execFileSync(program, ['admin', '--data', dataFolder(), '--email', ADMIN.email], { input: `${ADMIN.password}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
});

test('an operator gives a role and finds it in the log', async ({ page, request }) => {
  test.setTimeout(120_000);
  const person = somebody('Hedy Lamarr');
  await Api.register(request, person);

  await signIn(page, ADMIN, '/app/operate');
  await expect(page.getByText('Everything that the service needs works.')).toBeVisible();
  await expect(page.getByRole('row', { name: /Registrations/ })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByLabel('Email address of the account').fill(person.email);
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Change the role of Hedy Lamarr' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Role').selectOption('organizer');
  await expect(dialog.getByText('May also create and run own events.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Give this role' }).click();
  await expect(page.getByText('Hedy Lamarr has the role “Organizer” now.')).toBeVisible();

  await page.getByRole('row', { name: /Hedy/ }).getByRole('link', { name: 'Audit log' }).click();
  await expect(page.getByRole('row', { name: /Role changed/ })).toContainText('"to":"organizer"');
  await expectAccessible(page);

  // The log has no entry of another action for this person.
  await page.getByLabel('Action').selectOption('event.cancelled');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByRole('heading', { name: 'No entries' })).toBeVisible();
});

test('the last administrator cannot give the role up', async ({ page }) => {
  await signIn(page, ADMIN, '/app/operate/users');
  await page.getByLabel('Email address of the account').fill(ADMIN.email);
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('button', { name: /Change the role/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Role').selectOption('user');
  await expect(dialog.getByText('This is your own account')).toBeVisible();
  await dialog.getByRole('button', { name: 'Give this role' }).click();
  await expect(dialog.getByRole('alert')).toContainText('This is the last administrator.');
});

test('an operator counts an event and hands it over', async ({ page, request }) => {
  test.setTimeout(120_000);
  const organizer = await Api.login(request);
  const { items } = await organizer.call<{ items: { id: string; title: string }[] }>('GET', '/v1/me/events');
  const event = items[0];
  if (event === undefined) throw new Error('the demonstration has no event');

  await signIn(page, ADMIN, `/app/operate/invariants?event=${event.id}`);
  await expect(page.getByRole('heading', { name: event.title })).toBeVisible();
  await expect(page.getByText('All sums hold')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Hand over' }).click();
  const dialog = page.getByRole('dialog');
  const visitor = somebody('Ada Lovelace');
  await Api.register(request, visitor);
  await dialog.getByLabel('Email address of the new organizer').fill(visitor.email);
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await expect(dialog.getByText('Ada Lovelace is not an organizer.')).toBeVisible();
  await dialog.getByLabel('Email address of the new organizer').fill(ADMIN.email);
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText(/organizes the event now/)).toBeVisible();

  // The event returns to its organizer, because other tests need it there.
  await page.getByRole('button', { name: 'Hand over' }).click();
  await dialog.getByLabel('Email address of the new organizer').fill(ORGANIZER);
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText('Organized by Olga Organizer')).toBeVisible();

  await page.getByRole('link', { name: 'Dead letters' }).click();
  await expect(page.getByText('There are none')).toBeVisible();
  await expectAccessible(page);

  // On a phone, the bar scrolls to the current tab.
  await page.setViewportSize({ width: 360, height: 740 });
  await page.reload();
  await expect(page.getByRole('link', { name: 'Dead letters' })).toBeInViewport({ ratio: 1 });
});

test('an organizer cannot see the pages of operators', async ({ page }) => {
  await signIn(page, { email: ORGANIZER, password: process.env['EM_CONNECT_PAGES_PASSWORD'] ?? '' }, '/app/organize');
  await page.goto('/app/operate');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page is not for your account');
});
