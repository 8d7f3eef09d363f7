import { readFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import {
  Api,
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  type Person,
  signIn,
  signOut,
  somebody,
  test,
} from './support';
import { codeFor } from './support/mails';

const PHONE = { width: 390, height: 844 };
const wasm = readFileSync(new URL('../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url));

interface Made {
  id: string;
  title: string;
}

let events = 0;

/** Creates and publishes an event through the API. */
async function makeEvent(request: APIRequestContext, rest: Record<string, unknown> = {}): Promise<Made> {
  events += 1;
  const organizer = await Api.login(request);
  const start = Date.now() + 3 * 86_400_000;
  const event = await organizer.call<Made>('POST', '/v1/events', {
    title: `Evening of compilers ${events}`,
    description: 'Talks and soup.',
    venue: 'Town hall, Vienna',
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(start + 3 * 3_600_000).toISOString(),
    timezone: 'America/New_York',
    capacity: 20,
    ...rest,
  });
  await organizer.call('POST', `/v1/events/${event.id}/publish`);
  return event;
}

const registerPage = ({ id }: Made) => `/app/events/${id}/register`;

/** Reads the QR code that a page shows, from its pixels. */
async function readQr(page: Page, name: RegExp): Promise<string | undefined> {
  prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer },
  });
  const picture = await page.getByRole('img', { name }).screenshot();
  const found = await readBarcodes(new Uint8Array(picture), { formats: ['QRCode'] });
  return found[0]?.text;
}

async function workerIsReady(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
}

async function fillSignUp(page: Page, person: Person): Promise<void> {
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
}

test('a visitor’s whole story on a phone', async ({ page, context, request }) => {
  await page.setViewportSize(PHONE);
  const event = await makeEvent(request);
  const person = somebody();

  await test.step('account and seat in one form', async () => {
    await page.goto(registerPage(event));
    await expect(page).toHaveURL(new RegExp(`/app/sign-up\\?event=${event.id}$`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Register for ${event.title}`);
    await fillSignUp(page, person);
    await page.getByRole('button', { name: 'Create an account and register' }).click();
    await expect(page.getByRole('heading', { name: 'You have a seat' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'You have a seat' })).toBeFocused();
    await expect(page.getByText('Your time:')).toBeVisible();
    await expectNoSidewaysScroll(page);
  });

  const api = await Api.login(request, person.email, person.password);
  let content = '';

  await test.step('the ticket has the content of the API', async () => {
    await page.getByRole('link', { name: 'Show my ticket' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('My tickets');
    const card = page.getByRole('article');
    await expect(card).toContainText(event.title);
    await expect(card.getByText('Valid')).toBeVisible();
    const tickets = await api.call<{ items: { code: string; qr: string }[] }>('GET', '/v1/me/tickets');
    content = tickets.items[0]?.qr ?? '';
    await expect(card).toContainText(tickets.items[0]?.code ?? 'no ticket');
    await expect.poll(() => readQr(page, /QR code/)).toBe(content);

    await card.getByRole('button', { name: /Show at the door/ }).click();
    const door = page.getByRole('dialog');
    await expect(door).toContainText(person.name);
    await expect(door).toContainText(/brightness/);
    await page.keyboard.press('Escape');
    await expect(door).toBeHidden();
  });

  await test.step('files', async () => {
    const pdf = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Ticket as PDF' }).click();
    expect((await pdf).suggestedFilename()).toMatch(/^ticket-.*\.pdf$/);
    expect(readFileSync(await (await pdf).path()).subarray(0, 4).toString()).toBe('%PDF');
    const entry = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Add to calendar' }).click();
    expect(readFileSync(await (await entry).path(), 'utf8')).toContain(`SUMMARY:${event.title}`);
  });

  await test.step('without a network, after a cold start', async () => {
    await workerIsReady(page);
    await page.close();
    await context.setOffline(true);
    const cold = await context.newPage();
    await cold.setViewportSize(PHONE);
    await cold.goto('/app/tickets');
    await expect(cold.getByRole('article')).toContainText(event.title);
    await expect(cold.getByText('Kept on this device')).toBeVisible();
    await expect.poll(() => readQr(cold, /QR code/)).toBe(content);
    await cold.reload();
    await expect(cold.getByRole('article')).toContainText(event.title);

    await context.setOffline(false);
    await cold.reload();
    await expect(cold.getByText(/^Updated/)).toBeVisible();
    await expect(cold.getByText('Kept on this device')).toBeHidden();

    await cold.getByRole('button', { name: 'Give up the seat' }).click();
    const dialog = cold.getByRole('dialog', { name: 'Give up your seat?' });
    await expect(dialog).toContainText('becomes invalid at once');
    await dialog.getByRole('button', { name: 'Keep my seat' }).click();
    await expect(cold.getByRole('article')).toBeVisible();
    await cold.getByRole('button', { name: 'Give up the seat' }).click();
    await dialog.getByRole('button', { name: 'Give up the seat' }).click();
    await expect(cold.getByRole('heading', { name: 'Past and cancelled' })).toBeVisible();
    await expect(cold.getByRole('article')).toHaveCount(0);
    await expect(cold.getByText('You have given up your seat.')).toBeVisible();
  });

  const mine = await api.call<{ status: string }>('GET', `/v1/events/${event.id}/registrations/me`);
  expect(mine.status).toBe('cancelled');
});

test('registration opens by itself, and a press is repeated until its answer is known', async ({ page, request, faults }) => {
  const person = somebody();
  await Api.register(request, person);
  await signIn(page, person);
  const event = await makeEvent(request, { registrationOpensAt: new Date(Date.now() + 6_000).toISOString() });
  await page.goto(registerPage(event));
  await expect(page.getByRole('heading', { name: 'Registration opens in' })).toBeVisible();
  await expect(page.getByRole('timer')).toBeVisible();
  const button = page.getByRole('button', { name: 'Register' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await page.evaluate(() => ((window as { notReloaded?: boolean }).notReloaded = true));
  await button.focus();

  let posts = 0;
  await page.route('**/v1/events/*/registrations', async (route) => {
    posts += 1;
    if (posts === 1) {
      // The request reaches the server, but its answer is lost.
      await route.fetch();
      await route.abort('connectionreset');
    } else if (posts === 2) {
      await route.fulfill({
        status: 503,
        headers: { 'retry-after': '2', 'content-type': 'application/problem+json' },
        body: JSON.stringify({ type: '/problems/busy', title: 'Busy', status: 503, detail: 'Busy.' }),
      });
    } else {
      await route.continue();
    }
  });
  await expect(button).toHaveAttribute('aria-disabled', 'false');
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /Asking again/ })).toBeVisible();
  await expect(page.getByText(/The server is busy and asked for a short wait/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'You have a seat' })).toBeVisible();
  expect(posts).toBe(3);
  expect(await page.evaluate(() => (window as { notReloaded?: boolean }).notReloaded)).toBe(true);
  expect(faults.splice(0).filter((fault) => !fault.startsWith('503 for /v1/events/'))).toEqual([]);

  // The page shows the same state after a reload.
  await page.reload();
  await expect(page.getByRole('heading', { name: 'You have a seat' })).toBeVisible();
});

test('a late visitor sees that no seat is left, waits, and gets the seat that becomes free', async ({ page, request }) => {
  const person = somebody();
  const other = await Api.register(request, somebody('Alan Turing'));
  await Api.register(request, person);
  const event = await makeEvent(request, { capacity: 1 });
  await signIn(page, person, registerPage(event));
  const button = page.getByRole('button', { name: 'Register' });
  await expect(button).toBeVisible();
  await other.call('POST', `/v1/events/${event.id}/registrations`);
  await button.click();
  await expect(page.getByRole('heading', { name: /the last seat is gone|All seats are taken/ })).toBeVisible();
  await page.getByRole('button', { name: 'Join the waitlist' }).click();
  await expect(page.getByRole('heading', { name: 'You are on the waitlist' })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('link', { name: 'To my tickets' }).click();
  await expect(page.getByRole('article')).toContainText('You are number 1 on the waitlist.');
  await page.getByRole('button', { name: 'Leave the waitlist' }).click();
  await expect(page.getByRole('dialog')).toContainText('you start at the end');
  await page.getByRole('button', { name: 'Keep my place' }).click();

  await other.call('DELETE', `/v1/events/${event.id}/registrations/me`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('article').getByText('Valid')).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test('the page shows the reason why an action is impossible', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await signIn(page, person);

  const closed = await makeEvent(request, {
    registrationOpensAt: new Date(Date.now() - 86_400_000).toISOString(),
    registrationClosesAt: new Date(Date.now() + 1_500).toISOString(),
  });
  await expect(async () => {
    await page.goto(registerPage(closed));
    await expect(page.getByText('Registration for this event has closed.')).toBeVisible({ timeout: 1_000 });
  }).toPass();

  const cancelled = await makeEvent(request);
  await page.goto(registerPage(cancelled));
  await expect(page.getByRole('button', { name: 'Register' })).toBeVisible();
  const organizer = await Api.login(request);
  await organizer.call('POST', `/v1/events/${cancelled.id}/cancel`, {});
  await page.getByRole('button', { name: 'Register' }).click();
  await expect(page.getByText('It does not take place.')).toBeVisible();
  await expectAccessible(page);

  await page.goto('/app/events/evt_01h455vb4pex5vsknk084sn02q/register');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
});

test('an unverified address is verified on the way to the seat', async ({ page, request }) => {
  const event = await makeEvent(request);
  const person = somebody();
  let refused = false;
  // The deployment of the tests does not require a verified address, so the test plays the refusal once.
  await page.route('**/v1/events/*/registrations', async (route) => {
    if (refused) return route.continue();
    refused = true;
    return route.fulfill({
      status: 403,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify({ type: '/problems/email-not-verified', title: 'x', status: 403, detail: 'x' }),
    });
  });
  await page.goto(`/app/sign-up?event=${event.id}`);
  await fillSignUp(page, person);
  await page.getByRole('button', { name: 'Create an account and register' }).click();
  await expect(page.getByRole('heading', { name: 'One step before the seat' })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel('Code from the mail').fill('0000-0000');
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page.getByLabel('Code from the mail')).toHaveAccessibleDescription(/wrong or too old/);
  await page.getByLabel('Code from the mail').fill(await codeFor(person.email, 'welcome'));
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await expect(page.getByRole('heading', { name: 'You have a seat' })).toBeVisible();
});

test('registering by keyboard alone', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  const event = await makeEvent(request);
  await signIn(page, person, registerPage(event));
  const button = page.getByRole('button', { name: 'Register' });
  await expect(button).toBeVisible();
  for (let step = 0; step < 25 && !(await button.evaluate((element) => element === document.activeElement)); step += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(button).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByRole('heading', { name: 'You have a seat' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toContainText(event.title);
  await page.getByRole('button', { name: /Show at the door/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /Show at the door/ })).toBeFocused();
});

test('a forgotten password is reset with the code from the mail', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await page.goto('/app/sign-in');
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await expectAccessible(page);
  await page.getByLabel('Email address').fill(person.email);
  await page.getByRole('button', { name: 'Send a code' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set a new password');
  await expect(page.getByLabel('Email address')).toHaveValue(person.email);
  await expectAccessible(page);

  await page.getByLabel('Code from the mail').fill('0000-0000');
  await page.getByLabel('New password').fill('1234567890');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/too common/);
  await page.getByLabel('New password').fill('another ship in another port');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByLabel('Code from the mail')).toHaveAccessibleDescription(/wrong or too old/);
  await page.getByLabel('Code from the mail').fill((await codeFor(person.email, 'password-reset')).toLowerCase());
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
  await Api.login(request, person.email, 'another ship in another port');
});

test('the account: name, address, password, sessions, data', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await signIn(page, person, '/app/account');
  await expect(page.getByText('This one')).toBeVisible();
  await expect(page.getByText(/^usr_[0-9a-z]{26}$/)).toBeVisible();
  await expectAccessible(page);

  await test.step('name', async () => {
    await page.getByLabel('Name').fill('Rear Admiral Hopper');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
  });

  await test.step('verification', async () => {
    await page.getByLabel('Code from the mail').fill(await codeFor(person.email, 'welcome'));
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await expect(page.getByText('Confirmed', { exact: true })).toBeVisible();
  });

  const address = `new-${person.email}`;
  await test.step('address', async () => {
    await page.getByRole('button', { name: 'Change the address' }).click();
    const section = page.getByRole('region', { name: 'Email address' });
    await section.getByLabel('New email address').fill(address);
    await section.getByLabel('Current password').fill('not the password');
    await section.getByRole('button', { name: 'Send a code' }).click();
    await expect(section.getByLabel('Current password')).toHaveAccessibleDescription(/is wrong/);
    await section.getByLabel('Current password').fill(person.password);
    await section.getByRole('button', { name: 'Send a code' }).click();
    await section.getByLabel('Code from the mail').fill(await codeFor(address, 'email-change'));
    await section.getByRole('button', { name: 'Use the new address' }).click();
    await expect(section.getByText(address)).toBeVisible();
  });

  await test.step('sessions', async () => {
    const sessions = page.getByRole('region', { name: 'Where you are signed in' });
    await expect(sessions.getByRole('listitem')).toHaveCount(2);
    await sessions.getByRole('button', { name: 'End all other sessions' }).click();
    await expect(sessions.getByRole('listitem')).toHaveCount(1);
  });

  await test.step('password', async () => {
    const section = page.getByRole('region', { name: 'Password' });
    await expect(section).toContainText('signs you out everywhere');
    await section.getByLabel('Current password').fill(person.password);
    await section.getByLabel('New password').fill('a lighthouse is a fixed point');
    await section.getByRole('button', { name: 'Change the password' }).click();
    await expect(page.getByText('The password is changed, and all other devices are signed out.')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('region', { name: 'Email address' }).getByText(address)).toBeVisible();
  });

  await test.step('export and erasure', async () => {
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download my data' }).click();
    expect(JSON.parse(readFileSync(await (await file).path(), 'utf8')).user.email).toBe(address);

    await page.getByRole('button', { name: 'Erase the account…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase the account' });
    await expect(dialog).toContainText('What stays');
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await expect(dialog.getByText('This is not the address of the account.')).toBeVisible();
    await dialog.getByLabel('Type your email address to confirm').fill(address);
    await dialog.getByRole('button', { name: 'Erase for good' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
    await expect(page.getByText('Your account is erased.')).toBeVisible();
  });
});

test('an account with published events cannot be erased, and the page lists the events', async ({ page, request }) => {
  const event = await makeEvent(request);
  await signIn(page, { email: 'organizer@em-connect.example', password: process.env['EM_CONNECT_PAGES_PASSWORD'] ?? '' }, '/app/account');
  await page.getByRole('button', { name: 'Erase the account…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Erase the account' });
  await dialog.getByLabel('Type your email address to confirm').fill('organizer@em-connect.example');
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await expect(dialog.getByRole('alert')).toContainText('still has published events');
  await expect(dialog.getByRole('link').first()).toBeVisible();
  expect(event.id).toMatch(/^evt_/);
});

test('every page, light and dark, narrow and wide, and in Arabic', async ({ page, request }) => {
  test.setTimeout(180_000);
  const person = somebody();
  const api = await Api.register(request, person);
  const open = await makeEvent(request);
  const later = await makeEvent(request, { registrationOpensAt: new Date(Date.now() + 2 * 86_400_000).toISOString() });
  const mine = await makeEvent(request);
  await page.goto(`/app/sign-up?event=${open.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(open.title);
  await expectAccessible(page);
  await signIn(page, person, '/app/tickets');
  await expect(page.getByRole('heading', { name: 'No tickets yet' })).toBeVisible();
  await expectAccessible(page);
  await api.call('POST', `/v1/events/${mine.id}/registrations`);

  for (const language of ['en', 'ar']) {
    await page.evaluate((tag) => localStorage.setItem('em-connect.locale', tag), language);
    await page.goto(registerPage(open));
    await expect(page.locator('html')).toHaveAttribute('dir', language === 'ar' ? 'rtl' : 'ltr');
    await expect(page.locator('.press')).toBeVisible();
    await expectAccessible(page);
    await page.goto('/app/tickets');
    await expect(page.locator('article svg.qr')).toBeVisible();
    await expectAccessible(page);
    if (language === 'ar') continue;
    await page.locator('article .stub').click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page);
    await page.goto(registerPage(later));
    await expect(page.getByRole('timer')).toBeVisible();
    await expectAccessible(page);
    await page.goto(registerPage(mine));
    await expect(page.locator('.result')).toBeVisible();
    await expectAccessible(page);
  }
});

test('the button to register is on a phone’s first screen', async ({ page, request }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const person = somebody();
  await Api.register(request, person);
  const event = await makeEvent(request);
  await signIn(page, person, registerPage(event));
  await expect(page.getByRole('button', { name: 'Register' })).toBeInViewport({ ratio: 1 });
});

test('codes are drawn near the viewport, and all of them on paper', async ({ page, context, request }) => {
  await page.setViewportSize(PHONE);
  const person = somebody();
  const api = await Api.register(request, person);
  const count = 6;
  for (let made = 0; made < count; made += 1) {
    const { id } = await makeEvent(request);
    await api.call('POST', `/v1/events/${id}/registrations`);
  }
  await expect.poll(async () => (await api.call<{ items: unknown[] }>('GET', '/v1/me/tickets')).items.length).toBe(count);
  await signIn(page, person, '/app/tickets');
  const codes = page.locator('article svg.qr');
  const drawn = page.locator('article svg.qr path[d]');
  await expect(codes).toHaveCount(count);
  await expect(codes.first().locator('path[d]')).toHaveCount(1);
  await expect(codes.last().locator('path[d]')).toHaveCount(0);
  // A box has its size before its code.
  const sizes = await codes.evaluateAll((boxes) => boxes.map((box) => `${box.clientWidth}×${box.clientHeight}`));
  expect(new Set(sizes).size, sizes.join()).toBe(1);

  await codes.last().scrollIntoViewIfNeeded();
  await expect(codes.last().locator('path[d]')).toHaveCount(1);

  // Without a network, printing draws the codes that nobody has scrolled to.
  await workerIsReady(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText('Kept on this device')).toBeVisible();
  await expect(codes.last().locator('path[d]')).toHaveCount(0);
  await page.pdf();
  await expect(drawn).toHaveCount(count);
  await context.setOffline(false);
});

test('the device keeps tickets of one account, and no data of a session', async ({ page, request }) => {
  const person = somebody();
  const api = await Api.register(request, person);
  const event = await makeEvent(request);
  await api.call('POST', `/v1/events/${event.id}/registrations`);
  await signIn(page, person, '/app/tickets');
  await expect(page.locator('article svg.qr')).toBeVisible();

  const stored = () =>
    page.evaluate(async () => {
      const databases = await indexedDB.databases();
      const contents: Record<string, unknown> = {};
      for (const { name } of databases) {
        const database = await new Promise<IDBDatabase>((resolve, reject) => {
          const opening = indexedDB.open(name ?? '');
          opening.onsuccess = () => resolve(opening.result);
          opening.onerror = () => reject(opening.error);
        });
        for (const store of database.objectStoreNames) {
          contents[`${name}/${store}`] = await new Promise((resolve) => {
            const reading = database.transaction(store).objectStore(store).getAll();
            reading.onsuccess = () => resolve(reading.result);
          });
        }
        database.close();
      }
      return { contents, local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie };
    });

  await expect(async () => expect(JSON.stringify((await stored()).contents)).toContain(event.title)).toPass();
  const all = JSON.stringify(await stored());
  expect(all).not.toMatch(/eyJ|token|refresh|bearer|password|@example/i);
  expect((await stored()).cookies).toBe('');

  await signOut(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await expect(async () => expect(JSON.stringify((await stored()).contents)).not.toContain(event.title)).toPass();

  const second = somebody('Second Person');
  await Api.register(request, second);
  await signIn(page, second, '/app/tickets');
  await expect(page.getByRole('heading', { name: 'No tickets yet' })).toBeVisible();
  expect(JSON.stringify((await stored()).contents)).not.toContain(event.title);
});
