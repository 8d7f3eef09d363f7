// Draws the icons: `npm run icons`. The PNG files are committed because browsers need them in addition to the SVG.
import { chromium } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';

const folder = new URL('../static/assets/icons/', import.meta.url).pathname;
const mark = (radius, scale) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="${radius}" fill="#0b5f66"/><g transform="translate(16 16) scale(${scale}) translate(-16 -16)"><path d="M9 16h14" stroke="#fff" stroke-width="2.5"/><circle cx="9" cy="16" r="4.5" fill="#fff"/><circle cx="23" cy="16" r="3.5" fill="#0b5f66" stroke="#fff" stroke-width="2.5"/></g></svg>\n`;

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}icon.svg`, mark(8, 1));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
// A maskable icon keeps its drawing in the inner 80 %, and its background fills the square.
for (const [name, size, svg] of [
  ['icon-180', 180, mark(0, 0.9)],
  ['icon-192', 192, mark(8, 1)],
  ['icon-512', 512, mark(8, 1)],
  ['icon-maskable-512', 512, mark(0, 0.75)],
]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
  await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
}
await browser.close();
