// Renders the HTML of mails in Chromium, at the width of a phone and of a desktop, light and dark:
//
//   node proofs/mails.mjs PICTURES MAIL.html...
//
// It prints a line of JSON for each picture: the mail, the width, the scheme, and what axe and the layout have against it.
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const [folder, ...mails] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium' });
for (const width of [360, 800]) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport: { width, height: 640 }, colorScheme, deviceScaleFactor: 1 });
    const page = await context.newPage();
    for (const mail of mails) {
      await page.goto(pathToFileURL(mail).href);
      const name = basename(mail, '.html');
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      const findings = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) findings.push(`${wide} pixels wide`);
      console.log(JSON.stringify({ mail: name, width, colorScheme, findings }));
    }
    await context.close();
  }
}
await browser.close();
