import { createRawSnippet, type Component, type Snippet } from 'svelte';
import { render } from 'svelte/server';
import { loadMessages, LOCALES, type Locale, setLocale } from '$lib/i18n/index.svelte';
import { directionOf } from '$lib/i18n/locale';
import SignedOut from './routes/app/(signed-out)/+layout.svelte';
import Forgot from './routes/app/(signed-out)/forgot/+page.svelte';
import SignIn from './routes/app/(signed-out)/sign-in/+page.svelte';
import SignUp from './routes/app/(signed-out)/sign-up/+page.svelte';
import Scan from './routes/scan/+page.svelte';

type Layout = Component<{ children: Snippet }>;

/** The pages that show the same to everybody until the session is known, with their layouts. */
const PAGES: Record<string, [Component, Layout?]> = {
  '/app/forgot': [Forgot, SignedOut],
  '/app/sign-in': [SignIn, SignedOut],
  '/app/sign-up': [SignUp, SignedOut],
  '/scan': [Scan],
};

function body(path: string): string {
  const [page, layout] = PAGES[path]!;
  const context = new Map([['__request__', { page: { url: new URL(path, 'http://localhost') } }]]);
  const content = render(page, { context }).body;
  if (layout === undefined) return content;
  const children = createRawSnippet(() => ({ render: () => content }));
  return render(layout, { context, props: { children } }).body;
}

/**
 * Returns what each of these pages shows when its code starts, in each language. The server puts it into the page where the
 * app starts, so that people see it before the code has arrived. It is inert, because it does nothing yet, and the root layout
 * removes it.
 */
export async function firstPaints(): Promise<Record<string, Record<string, string>>> {
  const paints: Record<string, Record<string, string>> = {};
  await loadMessages('common', 'account', 'scan');
  for (const locale of Object.keys(LOCALES) as Locale[]) {
    await setLocale(locale);
    for (const path of Object.keys(PAGES)) {
      // Nobody can type or choose something that would be lost.
      const html = body(path)
        .replace(/<!--.*?-->/gs, '')
        .replace(/<input /g, '<input readonly ')
        .replace(/<select /g, '<select disabled ');
      (paints[path] ??= {})[locale] = `<div data-first-paint inert lang="${locale}" dir="${directionOf(locale)}">${html}</div>`;
    }
  }
  return paints;
}
