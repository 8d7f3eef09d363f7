import { Api, expect, expectAccessible, origin, signOut, somebody, test } from './support';

test('a browser without a session logs no error', async ({ page }) => {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const answered = page.waitForResponse(/\/v1\/auth\/browser\/refresh$/);
  await page.goto('/app/sign-in');
  expect((await answered).status()).toBe(204);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  expect(errors).toEqual([]);
});

test.describe('pages without an account', () => {
  const texts = '[data-first-paint] :is(h1, h2, p, label, button, a)';
  const app = '.app-root :is(h1, h2, p, label, button, a)';

  for (const [path, locale] of [
    ['/app/sign-in', 'en-GB'],
    ['/app/sign-up', 'de-DE'],
    ['/app/forgot', 'fr-FR'],
    ['/scan', 'ar'],
  ] as const) {
    test(`${path} looks the same before its code has arrived`, async ({ browser }) => {
      const context = await browser.newContext({ locale, baseURL: origin(), viewport: { width: 390, height: 844 } });
      const page = await context.newPage();
      /** The texts that can be seen, with their places. */
      const seen = (selector: string) =>
        page.locator(selector).evaluateAll((elements) =>
          elements.map((element) => {
            const { x, y, width } = element.getBoundingClientRect();
            return { text: (element as HTMLElement).innerText.trim(), x: Math.round(x), y: Math.round(y), width: Math.round(width) };
          }),
        );
      await page.route('**/*.js', (route) => route.abort());
      await page.goto(path);
      await expect(page.locator('[data-first-paint] h1')).toBeVisible();
      const before = await seen(texts);
      // Nothing can be typed that would be lost.
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');

      await page.unroute('**/*.js');
      await page.reload();
      await expect(page.locator(app).first()).toBeAttached();
      await expect(page.locator('[data-first-paint]')).toHaveCount(0);
      // The button to sign in appears when the session is known.
      const after = await seen(app);
      expect(before.length).toBeGreaterThan(3);
      for (const text of before.filter(({ y }) => y < 300)) expect(after).toContainEqual(text);
      await context.close();
    });
  }
});

test('a visitor signs up, signs out and signs in', async ({ page }) => {
  const person = somebody();
  await page.goto('/app');
  await expect(page).toHaveURL(/\/app\/sign-in\?next=%2Fapp$/);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
  await expectAccessible(page);

  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);

  await signOut(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await page.goto('/app');
  await expect(page).toHaveURL(/sign-in/);

  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
});

test('forms show errors next to the fields', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);

  await page.goto('/app/sign-up');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page.getByLabel('Name')).toBeFocused();
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/Please fill in this field/);
  await expect(page.getByText('Please fill in this field.')).toHaveCount(3);

  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Email address').fill('nobody');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page.getByText(/such as name@example.org/)).toBeVisible();
  await expect(page.getByText('At least 10 characters are needed.')).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page.getByLabel('Email address')).toHaveAccessibleDescription(/There is an account with this address/);

  await page.getByRole('link', { name: 'Sign in' }).click();
  // Both pages have these fields.
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('The address or the password is wrong.');
  await expectAccessible(page);
});

test('tabs share one session', async ({ page, context, request }) => {
  const person = somebody();
  await Api.register(request, person);
  const other = await context.newPage();
  await page.goto('/app/sign-in');
  await other.goto('/app/sign-in');
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(other.getByRole('heading', { level: 1 })).toContainText(person.name);
  // Both tabs restore the session at the same moment, and the refresh token must not be used twice.
  await Promise.all([page.reload(), other.reload()]);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
  await expect(other.getByRole('heading', { level: 1 })).toContainText(person.name);

  await signOut(page);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('the chosen language is kept', async ({ page }) => {
  await page.goto('/app/sign-in');
  await page.getByLabel('Language').selectOption('ar');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('تسجيل الدخول');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ar');
  await expectAccessible(page);
});

test('the browser stores no data of a session', async ({ page, request }) => {
  const person = somebody();
  await Api.register(request, person);
  await page.goto('/app/sign-in');
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name);
  const stored = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
  }));
  expect(JSON.stringify(stored)).not.toMatch(/eyJ|token|@example/i);
  expect(stored.cookies).toBe('');
});
