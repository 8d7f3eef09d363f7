import type { Page } from '@playwright/test';
import { Api, expect, expectAccessible, origin, signIn, somebody, test } from './support';
import { mailTo } from './support/mails';

/** Shows the newest mail of a kind as a mail program does, and opens the link with this text. */
async function openLink(page: Page, email: string, kind: string, name: string): Promise<void> {
  const { html } = await mailTo(email, kind);
  await page.goto('about:blank');
  // The picture of a QR code is a part of the mail, which no page has.
  await page.setContent(html.replaceAll(/<img [^>]*>/g, ''));
  await page.getByRole('link', { name, exact: true }).click();
  await page.waitForURL((url) => url.origin === origin());
}

/** Fails if the code is anywhere in the address, the history's state or what the browser stores. */
async function expectNoTrace(page: Page, code: string): Promise<void> {
  const traces = await page.evaluate(() =>
    JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.referrer]),
  );
  expect(traces).not.toContain(code);
  expect(page.url()).not.toContain('#');
}

test('the link of the welcome mail confirms the address, after signing in and a press', async ({ page, request }) => {
  const person = somebody();
  const api = await Api.register(request, person);
  const sent: string[] = [];
  page.on('request', (call) => sent.push(`${call.url()} ${JSON.stringify(call.headers())}`));

  await openLink(page, person.email, 'welcome', 'Confirm the address');
  await expect(page.getByText('Sign in to confirm your address.')).toBeVisible();
  await page.getByLabel('Mail address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Confirm your mail address');
  const field = page.getByLabel('Code from the mail');
  await expect(field).toHaveValue(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  const code = await field.inputValue();
  await expectNoTrace(page, code);
  expect(sent.filter((call) => call.includes(code))).toEqual([]);
  await expectAccessible(page);
  // The link alone confirms nothing.
  expect(await api.call('GET', '/v1/me')).toMatchObject({ emailVerified: false });
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page.getByText(`The address ${person.email} is confirmed.`)).toBeVisible();
  expect(await api.call('GET', '/v1/me')).toMatchObject({ emailVerified: true });
  await expectAccessible(page);

  // A second press on the link shows that nothing is left to do.
  await openLink(page, person.email, 'welcome', 'Confirm the address');
  await expect(page.getByText(`The address ${person.email} is confirmed.`)).toBeVisible();
  await expectNoTrace(page, code);
});

test('the link of a reset fills in address and code, and the person types only the new password', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await page.goto('/app/forgot');
  await page.getByLabel('Mail address').fill(person.email);
  await page.getByRole('button', { name: 'Send a code' }).click();
  await expect(page).toHaveURL(/\/app\/reset$/);

  await openLink(page, person.email, 'password-reset', 'Set a new password');
  await expect(page.getByLabel('Mail address')).toHaveValue(person.email);
  const code = await page.getByLabel('Code from the mail').inputValue();
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await expectNoTrace(page, code);
  await expectAccessible(page);
  await page.getByLabel('New password').fill('another ship in port');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page).toHaveURL(/\/app$/);
  await Api.login(request, person.email, 'another ship in port');
});

test('the link to a new address confirms it, also in a tab that shows the page already', async ({ page, request }) => {
  const person = somebody();
  const api = await Api.register(request, person);
  await signIn(page, person, '/app/confirm-address');
  const moved = somebody().email;
  await api.call('PUT', '/v1/me/email', { newEmail: moved, password: person.password });
  const { text } = await mailTo(moved, 'email-change');
  const link = /^Confirm the new address: (\S+)$/m.exec(text)?.[1] ?? '';
  const field = page.getByLabel('Code from the mail');
  await expect(field).toHaveValue('');
  // Only the fragment changes, so the browser does not load the page again.
  await page.evaluate((url) => location.assign(url), link);
  await expect(field).toHaveValue(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await expectNoTrace(page, await field.inputValue());
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Use the new address' }).click();
  await expect(page).toHaveURL(/\/app\/account$/);
  await expect(page.locator('#verify .address')).toHaveText(moved);
});

test('the links of a ticket mail open the tickets and the page of the event', async ({ page, request }) => {
  const person = somebody();
  const api = await Api.register(request, person);
  const organizer = await Api.login(request);
  const startsAt = Date.now() + 5 * 86_400_000;
  const event = await organizer.call<{ id: string; title: string }>('POST', '/v1/events', {
    title: 'Links & mails',
    venue: 'Town hall',
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + 3_600_000).toISOString(),
    timezone: 'Europe/Vienna',
    capacity: 5,
  });
  await organizer.call('POST', `/v1/events/${event.id}/publish`);
  await api.call('POST', `/v1/events/${event.id}/registrations`);
  await signIn(page, person);
  await openLink(page, person.email, 'ticket', 'Your tickets');
  await expect(page.getByRole('article')).toContainText(event.title);
  await openLink(page, person.email, 'ticket', `${origin()}/events/${event.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(event.title);
});

test('a link that anybody wrote fills in no markup', async ({ page }) => {
  await page.goto('/app/reset#code=%3Cimg%20src=x%3E&account=a@b.example');
  await expect(page.getByLabel('Code from the mail')).toHaveValue('');
  await expect(page.getByLabel('Mail address')).toHaveValue('');
  expect(page.url()).not.toContain('#');
});
