import type { Page } from '@playwright/test';

/** Saves pictures of a page at three widths, in light and dark colours, into a folder. People look at them. */
export async function pictures(page: Page, folder: string, name: string): Promise<void> {
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
}
