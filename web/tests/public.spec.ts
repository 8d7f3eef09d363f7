import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { Api, expect, expectAccessible, expectNoSidewaysScroll, ORGANIZER, origin, somebody, test } from './support';
import { inMs, publish } from './support/events';

const organizerOf = (request: Parameters<typeof Api.login>[0]) => Api.login(request, ORGANIZER);

/** Signs a visitor in without a page. The browser then holds the session's cookie. */
async function session(page: Page, person: { email: string; password: string }): Promise<void> {
  const answer = await page.request.post('/v1/auth/browser/login', {
    data: { email: person.email, password: person.password },
    headers: { origin: origin() },
  });
  expect(answer.status()).toBe(200);
}

test('the address of the list contains the search', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const word = `Zwiebelfisch${Date.now()}`;
  const id = await publish(organizer, { title: `${word} evening`, category: 'press', tags: ['lead'] });
  await page.goto('/');
  await page.getByLabel('Title, description or place').fill(word);
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(new RegExp(`[?&]q=${word}`));
  await expect(page.locator('[data-event]')).toHaveCount(1);
  await expect(page.locator('[data-live-state=live]')).toBeVisible();

  await page.goto(`/?q=${word}&category=press&tag=lead`);
  await page.getByRole('link', { name: `${word} evening` }).click();
  await expect(page).toHaveURL(new RegExp(`/events/${id}`));
  await page.goto(`/?q=${word}&category=other`);
  await expect(page.getByRole('heading', { name: 'No event matches your search.' })).toBeVisible();
});

test('the page of an event is complete without a script', async ({ browser, request, baseURL, faults }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer, { description: 'Bring **an apron**.' });
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL === undefined ? {} : { baseURL }) });
  const page = await context.newPage();
  await page.goto(`/events/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Letterpress for beginners');
  await expect(page.getByText('20 of 20 seats left')).toBeVisible();
  await expect(page.locator('.seats-age')).toBeHidden();
  await expect(page.locator('.prose strong')).toHaveText('an apron');
  await expect(page.getByRole('link', { name: 'Register' })).toHaveAttribute('href', `/app/events/${id}/register`);
  await context.close();
  expect(faults).toEqual([]);
});

test('numbers and announcements arrive while the page is open', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer, { capacity: 2 });
  await page.goto(`/events/${id}`);
  await expect(page.locator('[data-live-state]')).toHaveText(/^Live, /);
  await expect(page.getByText(/^Your time: /).first()).toBeVisible();

  const [first, second] = [await Api.register(request, somebody()), await Api.register(request, somebody())];
  await first.call('POST', `/v1/events/${id}/registrations`);
  await expect(page.locator('[data-remaining]')).toHaveText('1');
  await expect(page.locator('[data-registered]')).toHaveText('1');
  await expect(page.getByRole('status')).toHaveText('1 of 2 seats left');
  await second.call('POST', `/v1/events/${id}/registrations`);
  await expect(page.locator('[data-badge]')).toHaveText('Waitlist');
  await expect(page.getByRole('link', { name: 'Join the waitlist' })).toBeVisible();

  await organizer.call('POST', `/v1/events/${id}/announcements`, { message: 'Doors are\nat the back.' });
  await expect(page.locator('[data-announcement]')).toContainText('at the back.');
  await expect(page.getByText('There are no announcements yet.')).toBeHidden();
  await organizer.call('POST', `/v1/events/${id}/cancel`, { reason: 'The press is broken.' });
  await expect(page.locator('[data-sentence]')).toHaveText('This event was cancelled.');
  await expect(page.locator('[data-register]')).toBeHidden();
});

test('the visitor’s own time is on the page from the start, and nothing moves afterwards', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer, { doorsOpenAt: inMs(86_400_000) });
  await page.setViewportSize({ width: 360, height: 740 });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  // The script that brings the live numbers.
  await page.route(/\/assets\/public-(?!own-time-)[\w-]+\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`/events/${id}`, { waitUntil: 'commit' });
  await expect(page.getByText(/^Your time: .*CES?T$|^Your time: .*GMT/)).toHaveCount(2);
  const side = page.getByRole('complementary', { name: 'Registration' });
  const place = await side.boundingBox();
  release();
  await expect(page.locator('[data-live-state]')).toHaveText(/^Live, /);
  expect(await side.boundingBox()).toEqual(place);
});

test('without the live connection, the page polls and shows the age of its numbers', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer);
  await page.routeWebSocket(/\/live/, (socket) => socket.close());
  await page.goto(`/events/${id}`);
  await expect(page.locator('[data-live-state]')).toHaveText(/^Not live, as of /, { timeout: 15_000 });
  const visitor = await Api.register(request, somebody());
  await visitor.call('POST', `/v1/events/${id}/registrations`);
  await expect(page.locator('[data-remaining]')).toHaveText('19', { timeout: 30_000 });
});

test('the countdown opens the button, and one press takes the seat', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const person = somebody();
  await Api.register(request, person);
  await session(page, person);
  const id = await publish(organizer, { capacity: 1, registrationOpensAt: inMs(6_000) });
  await page.goto(`/events/${id}`);
  await expect(page.getByRole('timer')).toBeVisible();
  const button = page.locator('[data-register]');
  await expect(button).toBeHidden();
  await expect(button).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole('timer')).toHaveCount(0);
  await expect(page.locator('[data-badge]')).toHaveText('Open');

  await button.click();
  await expect(page.locator('[data-sentence]')).toContainText('You have a seat.');
  await expect(page.getByRole('link', { name: 'Show my ticket' })).toHaveAttribute('href', '/app/tickets');
  await expect(page).toHaveURL(new RegExp(`/events/${id}$`));
  await expect(page.locator('[data-remaining]')).toHaveText('0');
  await expectAccessible(page);
});

for (const source of ['the header of the page', 'an answer of the API']) {
  test(`the countdown follows the server by ${source} if the clock of the device is wrong`, async ({ page, request }) => {
    const organizer = await organizerOf(request);
    const id = await publish(organizer, { registrationOpensAt: inMs(3_600_000) });
    // The device is two hours ahead, so by its clock registration is open.
    await page.addInitScript((ahead) => {
      const { now } = Date;
      Date.now = () => now() + ahead;
      const origin = performance.timeOrigin + ahead;
      Object.defineProperty(performance, 'timeOrigin', { get: () => origin });
    }, 7_200_000);
    if (source === 'an answer of the API') {
      // Some browsers do not show the header.
      await page.addInitScript(() => {
        Object.defineProperty(PerformanceResourceTiming.prototype, 'serverTiming', { value: undefined });
      });
    } else {
      await page.route(`**/v1/events/${id}`, (route) => route.abort());
    }
    for (const visit of ['first', 'second']) {
      await page.goto(`/events/${id}`);
      await expect(page.getByRole('timer'), visit).toContainText(/59|60/);
      await expect(page.locator('[data-register]'), visit).toBeHidden();
    }
  });
}

test('a request with a lost answer is repeated, and the page shows the true result', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const person = somebody();
  await Api.register(request, person);
  await session(page, person);
  const id = await publish(organizer, { capacity: 1 });
  await page.goto(`/events/${id}`);
  await expect(page.locator('[data-live-state=live]')).toBeVisible();

  // Somebody else takes the last seat, and the page does not receive the update.
  await page.route(`**/v1/events/${id}/registrations`, (route) => route.abort(), { times: 1 });
  const other = await Api.register(request, somebody());
  const asked = page.waitForRequest(`**/v1/events/${id}/registrations`);
  await page.locator('[data-register]').click();
  await asked;
  await other.call('POST', `/v1/events/${id}/registrations`);
  await expect(page.locator('[data-sentence]')).toContainText(/Others were faster|You have a seat/);
  const faster = await page.locator('[data-sentence]').textContent();
  if (faster?.startsWith('Others')) {
    await page.getByRole('link', { name: 'Join the waitlist' }).click();
    await expect(page.locator('[data-sentence]')).toContainText('You are number 1 on the waitlist.');
  }
});

test('a visitor without a session continues in the app', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer);
  await page.goto(`/events/${id}`);
  await page.locator('[data-register]').click();
  await page.waitForURL((url) => url.pathname.startsWith('/app/'));
});

const ATTACKS = [
  '<script>window.attacked=1</script>',
  '<img src=x onerror="window.attacked=1">',
  '"><svg onload=window.attacked=1>',
  "'-window.attacked-'",
  '</title><script>window.attacked=1</script>',
  '</script><script>window.attacked=1</script>',
  '<!--<script>window.attacked=1//-->',
  '<iframe srcdoc="<script>parent.attacked=1</script>"></iframe>',
  '<a href="javascript:window.attacked=1" autofocus onfocus="window.attacked=1">x</a>',
  '<style>@import "//evil.example/x.css"</style>',
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=//evil.example">',
  '{{constructor.constructor("window.attacked=1")()}}',
  '${window.attacked=1}',
  '[x](javascript:window.attacked=1)',
  '[x](data:text/html,<script>window.attacked=1</script>)',
  '![x](//evil.example/x.png)',
  '<b onmouseover=window.attacked=1>hover</b>',
  '&lt;script&gt;window.attacked=1&lt;/script&gt;',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.attacked=1&gt;">',
];

test('texts of organizers run no code', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  await organizer.call('PATCH', '/v1/me', { name: '<img src=x onerror=window.attacked=1>' });
  for (let from = 0; from < ATTACKS.length; from += 5) {
    const some = ATTACKS.slice(from, from + 5);
    const id = await publish(organizer, {
      title: some.join(' ').slice(0, 200),
      description: ATTACKS.join('\n\n'),
      venue: some.join(' ').slice(0, 255),
      category: some[0]?.slice(0, 50),
      tags: some.map((text, index) => `${index}${text}`.slice(0, 30)),
    });
    await page.goto(`/events/${id}`);
    await expect(page.locator('[data-live-state=live]')).toBeVisible();
    for (const message of some) await organizer.call('POST', `/v1/events/${id}/announcements`, { message });
    await expect(page.locator('[data-announcement]')).toHaveCount(5);
    // The script adds new announcements. After a reload, the server has rendered the same announcements.
    const shown = await page.locator('[data-announcement] .prose').allTextContents();
    expect(shown.reverse()).toEqual(some);
    await page.reload();
    await expect(page.locator('[data-announcement]')).toHaveCount(5);
    for (const address of [`/?q=${encodeURIComponent(some[0] ?? '')}`, `/embed/events/${id}`, `/?category=${encodeURIComponent(some[0] ?? '')}`]) {
      await page.goto(address);
    }
    expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
    expect(new URL(page.url()).origin).toBe(origin());
  }
  await organizer.call('PATCH', '/v1/me', { name: 'Olga Organizer' });
});

test('pages are accessible, narrow and wide, light and dark', async ({ page, request, faults }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer, {
    title: 'Donaudampfschifffahrtsgesellschaftskapitänskajütentürschlüsselanhängersammlertreffen'.repeat(2),
    description: `# One\n\n## Two\n\n${'Wort'.repeat(100)}\n\n- a\n- b\n\n> quoted\n\n\`\`\`\n${'code '.repeat(60)}\n\`\`\``,
    tags: ['press', 'lead', 'ink'],
    category: 'workshop',
  });
  await organizer.call('POST', `/v1/events/${id}/announcements`, { message: 'Bring an apron.' });
  const { organizer: host } = await organizer.call<{ organizer: { id: string } }>('GET', `/v1/events/${id}`);
  const soon = await publish(organizer, { registrationOpensAt: inMs(3_600_000) });
  for (const address of ['/', '/?q=zzzz', '/?category=workshop&from=2020-01-01', `/events/${id}`, `/events/${soon}`, `/organizers/${host.id}`, `/embed/events/${id}`]) {
    await page.goto(address);
    await expectAccessible(page);
  }
  await page.goto('/events/evt_00000000000000000000000000');
  await expectAccessible(page);
  expect(faults.splice(0)).toEqual(['404 for /events/evt_00000000000000000000000000']);
});

test('in Arabic the page runs from right to left', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer, { registrationOpensAt: inMs(3_600_000) });
  await page.goto(`/events/${id}?lang=ar`);
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('[data-live-state]')).toHaveText(/^مباشر/);
  await expect(page.getByRole('timer')).toBeVisible();
  await page.setViewportSize({ width: 320, height: 640 });
  await expectNoSidewaysScroll(page);
  await page.goto('/?lang=ar');
  await expectAccessible(page);
});

test('the card can be framed, and the event page cannot', async ({ page, request, faults }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer);
  const other = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<title>Other</title><link rel="icon" href="data:,"><iframe src="${origin()}/embed/events/${id}"></iframe><iframe src="${origin()}/events/${id}"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  await page.goto(site);
  const [card, eventPage] = [page.frameLocator('iframe').first(), page.frameLocator('iframe').nth(1)];
  await expect(card.getByText('20 of 20 seats left')).toBeVisible();
  await expect(card.locator('[data-live-state=live]')).toBeVisible();
  await expect(eventPage.locator('[data-event]')).toHaveCount(0);
  other.closeAllConnections();
  other.close();
  // The other site belongs to this test, and the browser reports the frame that it refused.
  const expected = faults.splice(0);
  expect(expected.some((fault) => fault.includes('frame-ancestors'))).toBe(true);
  expect(expected.filter((fault) => !fault.includes(site) && !fault.includes('frame-ancestors'))).toEqual([]);
});

test('feeds can be read', async ({ request, page }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer, { title: 'Ä <b>&amp; ]]> ; , \\ “feeds” '.repeat(5), description: 'Line one\nLine two; and, more' });
  for (const address of ['/events.ics', `/events/${id}/event.ics`]) {
    const answer = await request.get(address);
    expect(answer.headers()['content-type']).toContain('text/calendar');
    const text = (await answer.body()).toString('utf8');
    const lines = text.split('\r\n');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of lines) expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    expect(lines[0]).toBe('BEGIN:VCALENDAR');
    expect(text.match(/BEGIN:VEVENT/g)?.length).toBe(text.match(/END:VEVENT/g)?.length);
  }
  const atom = await request.get('/events.atom');
  expect(atom.headers()['content-type']).toContain('application/atom+xml');
  const feed = await atom.text();
  await page.goto('about:blank');
  const found = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'application/xml');
    return { faults: parsed.querySelectorAll('parsererror').length, root: parsed.documentElement.localName, entries: parsed.querySelectorAll('entry > id').length };
  }, feed);
  expect(found).toMatchObject({ faults: 0, root: 'feed' });
  expect(found.entries).toBeGreaterThan(0);
});

test('an event page is small', async ({ page, request }) => {
  const organizer = await organizerOf(request);
  const id = await publish(organizer, { description: 'A long evening. '.repeat(60) });
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.startsWith('/v1/')) bodies.push(response.body());
  });
  await page.goto(`/events/${id}`);
  await expect(page.locator('[data-live-state=live]')).toBeVisible();
  const sizes = (await Promise.all(bodies)).map((body) => brotliCompressSync(body).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
});
