import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  testMatch: '*.spec.ts',
  outputDir: `test-results${process.env['BUILD_NAME'] ? `-${process.env['BUILD_NAME']}` : ''}`,
  // Two people at once, on two cores: each test has accounts and events of its own.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list']],
  globalSetup: './tests/support/start.ts',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Vienna',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    // Without the film of the screen, which takes processor time: each action has the page's content anyway.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      // The system's Chromium: tests download no browser.
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-features=OptimizationHints,MediaRouter',
      ],
    },
  },
});
