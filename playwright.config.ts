import { defineConfig, devices } from '@playwright/test';

import { chromiumFlags, findChromium } from './scripts/chromium';

// Every worker evaluates this file again; the environment carries the first one's answer to the others.
process.env.E2E_CHROMIUM ??= findChromium();

const TIMED = '**/nodes.e2e.ts';
const use = { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } };

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: 'test-results/e2e',
  // Each file has a server and a database of its own, and mostly waits.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // Only what hangs is to end at these: they cost nothing when all is well, however slow the machine is.
  timeout: 1_800_000,
  expect: { timeout: 300_000 },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    // What the page was at each action is in the trace; a film besides makes every story slower by a third.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.E2E_CHROMIUM, args: chromiumFlags },
  },
  projects: [
    { name: 'stories', testIgnore: TIMED, use },
    // What they promise is a time, so they have the machine for themselves.
    { name: 'timed', testMatch: TIMED, dependencies: ['stories'], workers: 1, use },
  ],
});
