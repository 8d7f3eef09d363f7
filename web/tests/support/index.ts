import AxeBuilder from '@axe-core/playwright';
import { type APIRequestContext, test as base, type BrowserContext, expect, type Page } from '@playwright/test';
import { pictureOf } from './pictures';

export { expect };

/** Returns the origin of the pages under test. */
export const origin = () => process.env['EM_CONNECT_PAGES'] ?? '';
/** Returns the folder of the server's data. Its folder `mail` contains the mails. */
export const dataFolder = () => process.env['EM_CONNECT_PAGES_DATA'] ?? '';
export const demoPassword = () => process.env['EM_CONNECT_PAGES_PASSWORD'] ?? '';
export const ORGANIZER = 'organizer@em-connect.example';

export interface Person {
  name: string;
  email: string;
  password: string;
}

let people = 0;

/** Returns a person whom no other test uses. */
export function somebody(name = 'Grace Hopper'): Person {
  people += 1;
  return { name, email: `p${process.pid}-${Date.now()}-${people}@example.org`, password: 'a ship in port is safe' };
}

/**
 * Records all faults of the pages: a request to another origin, a violation of the content security policy, an error on
 * the console, an uncaught error, a missing file.
 */
export function watch(context: BrowserContext, faults: string[]): void {
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.protocol === 'blob:' || url.href === 'about:blank') return;
    if (url.origin !== origin()) faults.push(`request to another origin: ${request.url()}`);
  });
  context.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 500 || (response.status() >= 400 && !pathname.startsWith('/v1/'))) {
      faults.push(`${response.status()} for ${pathname}`);
    }
  });
  context.on('console', (message) => {
    const text = message.text();
    // The browser reports every refused call. The listener for responses above decides which of them are faults.
    if (text.startsWith('Failed to load resource')) return;
    if (message.type() === 'error' || /Content Security Policy|Trusted ?Type/i.test(text)) faults.push(`console: ${text}`);
  });
  context.on('weberror', (error) => faults.push(`uncaught: ${error.error().message}`));
}

interface Fixtures {
  /**
   * Faults of the pages. The list must be empty after each test, so a test that causes a fault removes it from the
   * list.
   */
  faults: string[];
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  faults: async ({}, use) => {
    const faults: string[] = [];
    await use(faults);
    expect(faults).toEqual([]);
  },
  context: async ({ context, faults }, use) => {
    watch(context, faults);
    await use(context);
  },
  // The origin is only known when the server runs, after the configuration was read.
  baseURL: async ({}, use) => use(origin()),
});

/** The rules of axe whose result depends on colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * Fails if axe finds a violation, in light and dark colours, on narrow and wide screens. Keeps a picture of the page at
 * both widths. Only colours depend on the scheme, so the dark page is checked by the rules about colours.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const keep = pictureOf(page);
  for (const width of [360, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Changes of colour need two frames, even if motion is reduced.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      // The legacy mode needs no second page for the results. It cannot check frames of other origins, which no page has.
      const axe = new AxeBuilder({ page }).setLegacyMode();
      const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(COLOUR_RULES)).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
      expect(found, `axe at ${width} px, ${colorScheme}`).toEqual([]);
      if (colorScheme === 'light') {
        await expectNoSidewaysScroll(page);
        await keep(width);
      }
    }
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  expect(scroll, 'the page scrolls sideways').toBeLessThanOrEqual(client);
}

/** Signs a person in with the request of the sign-in page, and opens a page. The form has tests of its own. */
export async function signIn(page: Page, person: { email: string; password: string }, next = '/app'): Promise<void> {
  const { email, password } = person;
  const answer = await page.request.post(`${origin()}/v1/auth/browser/login`, { data: { email, password }, headers: { origin: origin() } });
  expect(answer.status()).toBe(200);
  await page.goto(`${origin()}${next}`);
}

/** Signs out with the account menu. */
export async function signOut(page: Page): Promise<void> {
  await page.locator('summary', { hasText: 'Account menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
}

/** A client of the API, with which a test prepares its data without a page. */
export class Api {
  private constructor(
    private readonly request: APIRequestContext,
    private readonly token: string,
  ) {}

  static async login(request: APIRequestContext, email = ORGANIZER, password = demoPassword()): Promise<Api> {
    const response = await request.post('/v1/auth/login', { data: { email, password } });
    expect(response.status()).toBe(200);
    return new Api(request, ((await response.json()) as { accessToken: string }).accessToken);
  }

  /** Makes an account for a person. */
  static async register(request: APIRequestContext, person: Person): Promise<Api> {
    const response = await request.post('/v1/auth/register', { data: person });
    expect(response.status()).toBe(201);
    return new Api(request, ((await response.json()) as { accessToken: string }).accessToken);
  }

  /** Returns the unchanged body of a successful GET. */
  async bytes(path: string): Promise<Buffer> {
    const response = await this.request.get(path, { headers: { authorization: `Bearer ${this.token}` } });
    expect(response.ok(), `GET ${path}: ${response.status()}`).toBe(true);
    return response.body();
  }

  async call<T = unknown>(method: string, path: string, data?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await this.request.fetch(path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      ...(data === undefined ? {} : { data }),
    });
    expect(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(true);
    const body = await response.text();
    return (body === '' ? undefined : JSON.parse(body)) as T;
  }
}
