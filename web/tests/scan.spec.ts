import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { demoPassword, expect, expectAccessible, ORGANIZER, origin, signIn, test, watch } from './support';
import { doorLog, film, makeDoor, wedge } from './support/door';

// Each test checks many states with axe, which takes a while on a busy machine.
test.setTimeout(120_000);

const staff = () => ({ email: ORGANIZER, password: demoPassword() });

const verdict = (page: Page) => page.locator('[data-verdict]');
const kept = (page: Page) => page.locator('dt', { hasText: 'Kept scans' }).locator('xpath=following-sibling::dd');
const ofThisDoor = (page: Page) => page.locator('dt', { hasText: 'This door' }).locator('xpath=following-sibling::dd');

async function openDoor(page: Page, eventId: string, gate?: string): Promise<void> {
  await signIn(page, staff(), `/scan/${eventId}`);
  await expect(page.getByText('Ready', { exact: true })).toBeVisible();
  if (gate !== undefined) await nameDoor(page, gate);
}

async function nameDoor(page: Page, gate: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Name of this door').fill(gate);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`Door ${gate}`)).toBeVisible();
}

/**
 * Waits until the service worker keeps the pages and the device has the list, so that the door opens without a network.
 */
async function offlineReady(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect(page.getByText('Connected')).toBeVisible();
}

/** Removes the faults of lost connections. The browser reports them because no live connection is possible offline. */
function withoutLostConnections(faults: string[]): void {
  const rest = faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED/.test(fault));
  faults.splice(0, faults.length, ...rest);
}

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code of the ticket').fill(code);
  await page.getByRole('button', { name: 'Check' }).click();
}

test('a door, from the choice of the event to an undo', async ({ page, request }) => {
  const door = await makeDoor(request, 3);
  const [first, second, third] = door.tickets;
  if (!first || !second || !third) throw new Error('three tickets');

  await signIn(page, staff(), '/scan');
  await page.getByLabel('Link or id of the event').fill('somewhere');
  await page.getByRole('button', { name: 'Open the door' }).click();
  await expect(page.getByLabel('Link or id of the event')).toHaveAccessibleDescription(/This names no event/);
  await expectAccessible(page);
  await page.getByLabel('Link or id of the event').fill(`${origin()}/scan/${door.id}`);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Ready', { exact: true })).toBeVisible();
  await nameDoor(page, 'North');
  await expectAccessible(page);

  // A scanner that acts as a keyboard scans a ticket, and then the same ticket again.
  await wedge(page, first.qr);
  await expect(verdict(page)).toHaveAttribute('data-verdict', 'admitted');
  await expect(verdict(page)).toHaveAttribute('data-confirmed', 'true');
  await wedge(page, first.qr);
  await expect(verdict(page)).toHaveAttribute('data-turn', '1');
  await expect(verdict(page)).toContainText('Guest 1');
  await expect(ofThisDoor(page)).toHaveText('1');
  await expect(kept(page)).toHaveText('0');
  await expectAccessible(page);

  // A bad code does not block the next code.
  await wedge(page, 'HTTPS://EXAMPLE.ORG/NOT-A-TICKET');
  await expect(verdict(page)).toContainText('Unknown');
  await expectAccessible(page);
  await typeCode(page, second.code.toLowerCase().replaceAll('-', ' '));
  await expect(verdict(page)).toContainText('Guest 2');
  await expect(verdict(page)).toHaveAttribute('data-confirmed', 'true');
  await wedge(page, first.qr);
  await expect(verdict(page)).toContainText('Already in');
  await expect(verdict(page)).toContainText(/\d\d:\d\d:\d\d .*Door North/);
  // The age of the admission changes each second, so it is outside the text that a screen reader announces.
  const said = page.getByRole('status').filter({ has: verdict(page) });
  await expect(page.getByRole('main').getByText(/ ago$/)).toHaveCount(1);
  await expect(said).not.toContainText(' ago');
  await expectAccessible(page);

  // The page reports a mistyped code itself. The server checks an unknown code.
  await typeCode(page, 'ABC');
  await expect(page.getByRole('alert')).toContainText('twelve characters');
  await typeCode(page, '0000-0000-0000');
  await expect(verdict(page)).toContainText('Unknown');

  // A person enters a code, presses the button and undoes the last admission, all by keyboard.
  await page.getByLabel('Code of the ticket').fill(third.code);
  await page.keyboard.press('Enter');
  await expect(verdict(page)).toContainText('Guest 3');
  await expect(ofThisDoor(page)).toHaveText('3');
  await page.getByRole('button', { name: 'Undo the last admission' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('The admission of Guest 3 was taken back.')).toBeVisible();
  await expect(ofThisDoor(page)).toHaveText('2');
  await expect.poll(async () => (await doorLog(door))[0]?.result).toBe('undone');
  await wedge(page, third.qr);
  await expect(verdict(page)).toHaveAttribute('data-confirmed', 'true');
  await expect(ofThisDoor(page)).toHaveText('3');
});

test('a ticket of another event, and one that was cancelled', async ({ page, request }) => {
  const other = await makeDoor(request, 1, 'Elsewhere');
  const door = await makeDoor(request, 1);
  const [own] = door.tickets;
  const [foreign] = other.tickets;
  if (!own || !foreign) throw new Error('two tickets');
  await own.holder.call('DELETE', `/v1/events/${door.id}/registrations/me`);
  await openDoor(page, door.id);
  await wedge(page, foreign.qr);
  await expect(verdict(page)).toContainText('Other event');
  await expect(async () => {
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await wedge(page, own.qr);
    await expect(verdict(page)).toContainText('Cancelled', { timeout: 500 });
  }).toPass();
  expect((await doorLog(door)).filter(({ result }) => result === 'admitted')).toEqual([]);
});

test('scans made offline survive a reload, and reach the server once each', async ({ page, context, request, faults }) => {
  const door = await makeDoor(request, 4);
  await openDoor(page, door.id, 'South');
  await offlineReady(page);
  await context.setOffline(true);
  for (const { qr } of door.tickets.slice(0, 2)) {
    await wedge(page, qr);
    await expect(verdict(page)).toContainText('Admitted, not yet confirmed');
  }
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText('Ready', { exact: true })).toBeVisible();
  await expect(page.getByText('No connection')).toBeVisible();
  await expect(kept(page)).toHaveText('2');
  await expect(ofThisDoor(page)).toHaveText('2');
  await wedge(page, door.tickets[0]?.qr ?? '');
  await expect(verdict(page)).toContainText('Already in');
  await wedge(page, door.tickets[2]?.qr ?? '');
  await expect(kept(page)).toHaveText('3');
  // No server can check a typed code now, so a person decides.
  await typeCode(page, door.tickets[3]?.code ?? '');
  await expect(verdict(page)).toContainText('Cannot be checked');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Let in' }).click();
  await expect(kept(page)).toHaveText('4');

  await context.setOffline(false);
  await expect(kept(page)).toHaveText('0');
  await expect(page.getByText('Connected')).toBeVisible();
  const log = await doorLog(door);
  expect(log.map(({ code }) => code).sort()).toEqual(door.tickets.map(({ code }) => code).sort());
  expect(new Set(log.map(({ scanId }) => scanId)).size).toBe(4);
  expect(log.every(({ result, gate }) => result === 'admitted' && gate === 'South')).toBe(true);
  withoutLostConnections(faults);
});

test('kept scans are sent from any page of the scanner, and of the app', async ({ page, context, request, faults }) => {
  const door = await makeDoor(request, 2);
  await openDoor(page, door.id, 'South');
  await offlineReady(page);
  for (const [index, address] of ['/scan', '/app'].entries()) {
    await context.setOffline(true);
    await wedge(page, door.tickets[index]?.qr ?? '');
    await expect(kept(page)).toHaveText('1');
    await page.goto(address);
    await context.setOffline(false);
    await expect.poll(async () => (await doorLog(door)).length).toBe(index + 1);
    await page.goto(`/scan/${door.id}`);
    await expect(ofThisDoor(page)).toHaveText(String(index + 1));
    await expect(kept(page)).toHaveText('0');
  }
  withoutLostConnections(faults);
});

test('a second tab of the same door is updated', async ({ page, context, request }) => {
  const door = await makeDoor(request, 1);
  await openDoor(page, door.id, 'South');
  const tab = await context.newPage();
  await tab.goto(`/scan/${door.id}`);
  await expect(tab.getByText('Connected')).toBeVisible();
  await context.setOffline(true);
  await wedge(page, door.tickets[0]?.qr ?? '');
  await expect(kept(tab)).toHaveText('1');
  await expect(ofThisDoor(tab)).toHaveText('1');
  await wedge(tab, door.tickets[0]?.qr ?? '');
  await expect(verdict(tab)).toContainText('Already in');
  await context.setOffline(false);
  await expect(verdict(page)).toHaveAttribute('data-confirmed', 'true');
  await expect(kept(tab)).toHaveText('0');
});

test('two offline doors later show that a ticket was used twice', async ({ page, context, request, browser, faults }) => {
  const door = await makeDoor(request, 2);
  const qr = door.tickets[0]?.qr ?? '';
  const second = await browser.newContext({ baseURL: origin() });
  watch(second, faults);
  const other = await second.newPage();
  await openDoor(page, door.id, 'North');
  await openDoor(other, door.id, 'South');
  await offlineReady(page);
  await offlineReady(other);

  // With a network, each door gets the other door's admissions at once.
  await wedge(page, door.tickets[1]?.qr ?? '');
  await expect(verdict(page)).toHaveAttribute('data-confirmed', 'true');
  await expect(other.locator('dt', { hasText: 'All doors' }).locator('xpath=following-sibling::dd')).toHaveText('1 of 2');
  await wedge(other, door.tickets[1]?.qr ?? '');
  await expect(verdict(other)).toContainText('Already in');
  await expect(verdict(other)).toContainText('Door North');

  await context.setOffline(true);
  await second.setOffline(true);
  for (const each of [page, other]) {
    await wedge(each, qr);
    await expect(verdict(each)).toContainText('Admitted, not yet confirmed');
  }
  await context.setOffline(false);
  await expect(kept(page)).toHaveText('0');
  await second.setOffline(false);
  await expect(kept(other)).toHaveText('0');
  for (const each of [other, page]) {
    await each.getByRole('button', { name: '1 admission needs a look' }).click();
    const list = each.getByRole('dialog');
    await expect(list).toContainText('No system can prevent that');
    await expect(list).toContainText('Guest 1');
    await expect(list).toContainText('Door North');
    await expect(list).toContainText('Door South');
  }
  await expectAccessible(other);
  await second.close();
  withoutLostConnections(faults);
});

test('scans survive a session that ends offline, and are sent after signing in', async ({ page, context, request, faults }) => {
  const door = await makeDoor(request, 2);
  await openDoor(page, door.id, 'West');
  await offlineReady(page);
  await context.setOffline(true);
  await wedge(page, door.tickets[0]?.qr ?? '');
  await expect(kept(page)).toHaveText('1');
  await context.clearCookies();
  await page.reload();
  await expect(kept(page)).toHaveText('1');
  await context.setOffline(false);
  await expect(page.getByText('Sign in so that the kept scans are sent')).toBeVisible();
  await wedge(page, door.tickets[1]?.qr ?? '');
  await expect(verdict(page)).toContainText('Admitted, not yet confirmed');
  await expect(kept(page)).toHaveText('2');
  expect(await doorLog(door)).toEqual([]);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Email address').fill(staff().email);
  await page.getByLabel('Password', { exact: true }).fill(staff().password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(new RegExp(`/scan/${door.id}$`));
  await expect(kept(page)).toHaveText('0');
  await expect.poll(async () => (await doorLog(door)).map(({ result }) => result)).toEqual(['admitted', 'admitted']);
  withoutLostConnections(faults);
});

test('the camera reads a ticket', async ({ page, request, faults }, info) => {
  const door = await makeDoor(request, 1);
  const ticket = door.tickets[0];
  if (!ticket) throw new Error('a ticket');
  const path = info.outputPath('ticket.y4m');
  await film(page, await ticket.holder.bytes(`/v1/tickets/${ticket.code}/qr.png`), path);

  let browser: Browser | undefined;
  let context: BrowserContext | undefined;
  try {
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${path}`,
      ],
    });
    context = await browser.newContext({ baseURL: origin(), permissions: ['camera'], locale: 'en-GB' });
    watch(context, faults);
    const scanner = await context.newPage();
    await openDoor(scanner, door.id, 'East');
    await scanner.getByRole('button', { name: 'Camera' }).click();
    await expect.poll(async () => (await doorLog(door)).map(({ code, result, gate }) => [code, result, gate])).toEqual([
      [ticket.code, 'admitted', 'East'],
    ]);
    await expect(ofThisDoor(scanner)).toHaveText('1');
    await expect(scanner.getByText('Hold the code before the camera.')).toBeVisible();
    await expectAccessible(scanner);
    // The device keeps the choice, and the same code in front of the camera stays muted while it is visible.
    await scanner.reload();
    await expect(verdict(scanner)).toContainText('Already in');
    await scanner.waitForTimeout(4_000);
    await expect(verdict(scanner)).toHaveAttribute('data-turn', '1');
  } finally {
    await context?.close();
    await browser?.close();
  }
});

test('the page explains a camera that is not allowed', async ({ page, request }) => {
  const door = await makeDoor(request, 0);
  await openDoor(page, door.id);
  await page.getByRole('button', { name: 'Camera' }).click();
  await expect(page.getByRole('alert')).toContainText(/not allowed for this site|no camera that can be used/);
  await expectAccessible(page);
});
