import { Api, expect, signIn, somebody, test } from './support';

test('the app starts without a connection, and keeps nothing of the API', async ({ page, context, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await signIn(page, person);
  await page.evaluate(() => navigator.serviceWorker.ready);

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText('The server cannot be reached, so your session could not be checked.', { exact: false })).toBeVisible();
  await page.goto('/scan');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

  const kept = await page.evaluate(async () => {
    const addresses: string[] = [];
    for (const name of await caches.keys()) {
      for (const entry of await (await caches.open(name)).keys()) addresses.push(new URL(entry.url).pathname);
    }
    return addresses;
  });
  expect(kept).toContain('/app');
  expect(kept.filter((address) => !/^\/(app|scan|assets\/.*)$/.test(address))).toEqual([]);

  await context.setOffline(false);
  await page.goto('/app');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
});
