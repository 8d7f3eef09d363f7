import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, test } from '@playwright/test';

/** Pictures of all pages, which people look at. No test compares them. */
const FOLDER = join(import.meta.dirname, '../../../target/pages/screenshots');

const counts = new Map<string, number>();

/** Removes the pictures of the last run. */
export function clearPictures(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}

/** Returns a text as a part of a file's name. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
}

/** Returns the name of the page at a path. Ids and codes are not a part of the name. */
function nameOf(path: string): string {
  return slug(path.replaceAll(/(evt|usr)_[0-9a-z]{26}/g, '$1').replace(/\/preview\/.*/, '/preview')) || 'list';
}

/**
 * Returns a function that saves a picture of the page's present state at a width. The file has the page's name, the test's
 * title, and the number of the state in this test: `app-tickets.a-visitor-s-whole-story.2-360.png`.
 */
export function pictureOf(page: Page): (width: number) => Promise<void> {
  const state = `${nameOf(new URL(page.url()).pathname)}.${slug(test.info().title)}`;
  const count = (counts.get(state) ?? 0) + 1;
  counts.set(state, count);
  return async (width) => {
    await page.screenshot({ path: join(FOLDER, `${state}.${count}-${width}.png`), fullPage: true });
  };
}
