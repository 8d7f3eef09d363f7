import type { Page } from '@playwright/test';
import { Api, demoPassword, expect, ORGANIZER, signIn, somebody, test } from './support';

/** Returns the addresses of the files that the service worker keeps. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const addresses: string[] = [];
    for (const name of await caches.keys()) {
      for (const entry of await (await caches.open(name)).keys()) addresses.push(new URL(entry.url).pathname);
    }
    return addresses;
  });
}

const workerIsReady = (page: Page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

test('the app starts without a connection, and keeps nothing of the API', async ({ page, context, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await signIn(page, person, '/app/tickets');
  await workerIsReady(page);

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText('The server cannot be reached, so your session could not be checked.', { exact: false })).toBeVisible();
  await page.goto('/app');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

  await context.setOffline(false);
  await page.goto('/scan');
  await expect.poll(() => kept(page)).toContain('/scan');
  await context.setOffline(true);
  await page.goto('/scan');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

  const addresses = await kept(page);
  expect(addresses).toContain('/app');
  expect(addresses.filter((address) => !/^\/(app|scan|assets\/.*)$/.test(address))).toEqual([]);

  await context.setOffline(false);
  await page.goto('/app');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
});

test('a first visit loads only its page’s files, and the tickets page keeps its files', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await page.goto('/app/sign-up');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await signIn(page, person);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);

  await page.goto('/app/tickets');
  await workerIsReady(page);
  const addresses = await kept(page);
  expect(addresses.length).toBeLessThan(60);
  expect(addresses.filter((address) => address === '/scan' || address.endsWith('.wasm'))).toEqual([]);
});

test('an upgrade keeps the door and the decoder if a former version kept them', async ({ page }) => {
  // These files belong to a former version, before this version is installed.
  await page.goto('/app/sign-in');
  await page.evaluate(async () => {
    const cache = await caches.open('em-connect-former');
    for (const path of ['/scan', '/assets/app/immutable/assets/former.wasm']) await cache.put(path, new Response(''));
  });
  await signIn(page, { email: ORGANIZER, password: demoPassword() }, '/app/tickets');
  await workerIsReady(page);
  await expect.poll(() => page.evaluate(() => caches.has('em-connect-former'))).toBe(false);
  const addresses = await kept(page);
  expect(addresses).toContain('/scan');
  expect(addresses.filter((address) => address.endsWith('.wasm')).length).toBe(1);
});
