import { type BrowserContext, type Page } from '@playwright/test';
import { Api, demoPassword, expect, expectAccessible, ORGANIZER, origin, type Person, signIn, somebody, test, watch } from './support';
import { makeDoor, wedge } from './support/door';
import { publish } from './support/events';

// Each test checks many states with axe, which takes a while on a busy machine.
test.setTimeout(240_000);

const organizer = () => ({ email: ORGANIZER, password: demoPassword() });
const field = (page: Page) => page.getByLabel('Invitation link', { exact: true });

/** Makes an invitation without a page. Returns the address of its page. */
async function invite(api: Api, eventId: string): Promise<string> {
  const { path } = await api.call<{ path: string }>('POST', `/v1/events/${eventId}/staff/invitation`);
  return origin() + path;
}

/** Fills in and sends the form for an account. */
async function signUp(page: Page, { name, email, password }: Person): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create an account' }).click();
}

/** Fails if the code is in the address, in the history's state, in what the browser stores, or in a request except the one that joins. */
async function expectNoTrace(page: Page, code: string): Promise<void> {
  const traces = await page.evaluate(() =>
    JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.referrer]),
  );
  expect(traces).not.toContain(code);
}

test.describe('an invitation', () => {
  let second: BrowserContext;

  test.beforeEach(async ({ browser, faults }) => {
    second = await browser.newContext({ baseURL: origin(), locale: 'en-GB' });
    watch(second, faults);
  });
  test.afterEach(() => second.close());

  test('by link brings a new person to the door', async ({ page, request }) => {
    const door = await makeDoor(request, 1, 'Night of the volunteers');
    const [ticket] = door.tickets;
    if (!ticket) throw new Error('one ticket');
    // Chromium on Linux has no dialog for sharing.
    await page.addInitScript(() => {
      Object.assign(navigator, { share: async (data: ShareData) => void Object.assign(window, { shared: data }) });
    });

    await signIn(page, organizer(), `/app/organize/${door.id}/people/staff`);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Invite by link' }).click();
    await expect(field(page)).toBeFocused();
    await expect(field(page)).toHaveValue(/^http:.+\/app\/join\/evt_[0-9a-z]{26}#code=[\w-]{43}$/);
    const link = await field(page).inputValue();
    await expect(page.getByRole('img', { name: 'QR code of the invitation link' })).toBeVisible();
    await expect(page.getByText(/^Valid until \d/)).toBeVisible();
    await page.getByRole('button', { name: 'Share' }).click();
    expect(await page.evaluate(() => (window as unknown as { shared: ShareData }).shared)).toEqual({
      title: 'Night of the volunteers',
      text: 'Help at the door: Night of the volunteers',
      url: link,
    });
    await expectAccessible(page);

    // A new person opens the link on another device, and makes an account there.
    const phone = await second.newPage();
    const sent: string[] = [];
    phone.on('request', (call) => sent.push(`${call.url()} ${JSON.stringify(call.headers())}`));
    await phone.goto(link);
    const code = link.slice(link.indexOf('=') + 1);
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Help at the door: Night of the volunteers');
    await expectNoTrace(phone, code);
    await expectAccessible(phone);
    const helper = somebody('Hedy Volunteer');
    await signUp(phone, helper);

    // The link alone makes nobody door staff: the person presses a button.
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Join the door staff');
    await expect(phone.getByText(`You are signed in as Hedy Volunteer, ${helper.email}.`)).toBeVisible();
    const list = await door.organizer.call<{ items: unknown[] }>('GET', `/v1/events/${door.id}/staff`);
    expect(list.items).toEqual([]);
    await expectNoTrace(phone, code);
    await expectAccessible(phone);
    await phone.getByRole('button', { name: 'Join the door staff' }).click();
    await expect(phone).toHaveURL(`${origin()}/scan/${door.id}`);
    await expect(phone.getByText('Ready', { exact: true })).toBeVisible();
    await wedge(phone, ticket.qr);
    await expect(phone.locator('[data-verdict]')).toHaveAttribute('data-verdict', 'admitted');
    await expect(phone.locator('[data-verdict]')).toHaveAttribute('data-confirmed', 'true');
    expect(sent.filter((call) => call.includes(code))).toEqual([]);

    // The organizer sees the new member without a reload, and ends the link.
    await expect(page.getByRole('row', { name: /Hedy Volunteer/ })).toBeVisible({ timeout: 20_000 });
    await page.reload();
    await expect(page.getByText('There is a link.')).toBeVisible();
    await expect(field(page)).toHaveCount(0);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Revoke the link' }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the link' }).click();
    await expect(page.getByText('The link is revoked.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Invite by link' })).toBeFocused();

    // The next person gets no further, and the page says why.
    await phone.goto('about:blank');
    await phone.goto(link);
    await phone.getByRole('button', { name: 'Join the door staff' }).click();
    await expect(phone.getByRole('alert')).toContainText('This invitation is not valid any more.');
    await expectAccessible(phone);
  });

  test('that is replaced ends, and a person with an account signs in for the new one', async ({ page, request }) => {
    const api = await Api.login(request);
    const id = await publish(api, { title: 'Two links' });
    const helper = somebody('Ida Invited');
    await Api.register(request, helper);
    await signIn(page, organizer(), `/app/organize/${id}/people/staff`);
    await page.getByRole('button', { name: 'Invite by link' }).click();
    await expect(field(page)).toBeFocused();
    const former = await field(page).inputValue();
    await page.getByRole('button', { name: 'Make a new link' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new link' }).click();
    await expect(field(page)).not.toHaveValue(former);
    await expect(field(page)).toBeFocused();
    const link = await field(page).inputValue();

    const phone = await second.newPage();
    await phone.goto(former);
    await phone.getByRole('link', { name: 'Sign in' }).click();
    await expect(phone.getByText('Sign in to join the door staff.')).toBeVisible();
    await expectAccessible(phone);
    await phone.getByLabel('Mail address').fill(helper.email);
    await phone.getByLabel('Password', { exact: true }).fill(helper.password);
    await phone.getByRole('button', { name: 'Sign in' }).click();
    await phone.getByRole('button', { name: 'Join the door staff' }).click();
    await expect(phone.getByRole('alert')).toContainText('Ask the organizer for a new link.');

    // The new link works in the tab that refused the former one. Only the fragment changes, so the browser does not load the
    // page again.
    await phone.evaluate((url) => location.assign(url), link);
    await phone.getByRole('button', { name: 'Join the door staff' }).click();
    await expect(phone).toHaveURL(`${origin()}/scan/${id}`);
  });

  test('is explained to a person without its code, and for an event that is cancelled or unknown', async ({ request }) => {
    const api = await Api.login(request);
    const id = await publish(api, { title: 'Called off' });
    const link = await invite(api, id);
    const helper = somebody('Lou Late');
    await Api.register(request, helper);
    const phone = await second.newPage();
    await signIn(phone, helper, `/app/join/${id}`);
    await expect(phone.getByRole('alert')).toContainText('This page has lost the code of the invitation.');
    await expectAccessible(phone);

    // The event is cancelled while the page is open.
    await phone.evaluate((url) => location.assign(url), link);
    await expect(phone.getByRole('button', { name: 'Join the door staff' })).toBeVisible();
    await api.call('POST', `/v1/events/${id}/cancel`);
    await phone.getByRole('button', { name: 'Join the door staff' }).click();
    await expect(phone.getByText('This event was cancelled, so nobody can join its door staff.')).toBeVisible();
    await expectAccessible(phone);

    await phone.goto('/app/join/evt_01kamyz7p4e4gtxg4rv9jd5q7a');
    await expect(phone.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
  });
});
