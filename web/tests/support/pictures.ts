import type { Page } from '@playwright/test';

/** Takes pictures of a page at three widths, light and dark, into a folder: for people to look at. */
export async function pictures(page: Page, folder: string, name: string): Promise<void> {
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
}
