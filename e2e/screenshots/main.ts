import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { startSwitchyard } from '@/server/testing/switchyard';
import { chromiumFlags, findChromium } from '../../scripts/chromium';
import { makeBusy, startFleet } from './busy-fleet';
import { TOUR, TOUR_FOLDER, tourPage } from './tour';

/**
 * Takes a picture of every screen in both languages, light and dark, on a desk and on a phone, with a thousand tenants at
 * work. `--out` names the folder; `--only` takes those screens alone whose name it begins. `--tour` makes docs/tour.md and its
 * pictures, and nothing else.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'test-results/screenshots' },
    only: { type: 'string', default: '' },
    tour: { type: 'boolean', default: false },
  },
});

const ACCOUNT = { email: 'li.wei@example.com', password: 'correct horse battery' };
const LOCALES = ['en', 'zh-CN'] as const;
const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = { desk: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } } as const;
const SETTLED_MILLIS = 4000;

const screens = (share: string): Record<string, string> => ({
  fleet: '/',
  plans: '/plans',
  'plan-timeline': '/plans/PLN-4',
  'plan-grouped': '/plans/PLN-1?group=failure',
  'plan-matrix': '/plans/PLN-1?tab=matrix',
  'fleet-instances': '/fleet/instances',
  'plan-events': '/plans/PLN-1?tab=events',
  'plan-replay': '/plans/PLN-1?at=600',
  'plan-approval': '/plans/PLN-2',
  task: '/plans/PLN-1/tasks/PLN-1.61',
  'new-plan': '/plans/new',
  tenants: '/tenants',
  tenant: '/tenants/tenant-0061',
  versions: '/versions',
  compare: '/versions/edge-router/compare',
  playbooks: '/playbooks',
  executor: '/executor',
  audit: '/audit',
  profile: '/settings/profile',
  members: '/settings/members',
  'api-keys': '/settings/api-keys',
  'share-links': '/settings/share-links',
  defaults: '/settings/defaults',
  freezes: '/settings/freezes',
  notifications: '/settings/notifications',
  'status-page': share,
  'status-nothing': '/s/nothing',
  'not-found': '/nowhere',
});

const folder = mkdtempSync(path.join(tmpdir(), 'switchyard-screenshots-'));
const fleet = await startFleet();
const server = await startSwitchyard('server/main', {
  SWITCHYARD_DATA_DIR: folder,
  SWITCHYARD_TARGET_ALLOW: '127.0.0.1',
  SWITCHYARD_ADMIN_EMAIL: ACCOUNT.email,
  SWITCHYARD_ADMIN_PASSWORD: ACCOUNT.password,
});
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
try {
  console.log('A fleet of a thousand tenants is put to work…');
  const { share } = await makeBusy(server.url, fleet);
  if (values.tour) {
    await takeTour(browser, screens(share));
  } else {
    mkdirSync(values.out, { recursive: true });
    for (const locale of LOCALES)
      for (const scheme of SCHEMES) await lookAt(browser, screens(share), locale, scheme);
    console.log(`The pictures are in ${values.out}`);
  }
} finally {
  await browser.close();
  await server.stop();
  await fleet.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function takeTour(browser: Browser, all: Record<string, string>): Promise<void> {
  mkdirSync(TOUR_FOLDER, { recursive: true });
  const context = await browser.newContext({
    viewport: WIDTHS.desk,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await signIn(context, 'en');
  for (const { screen } of TOUR) {
    const page = await settled(context, all[screen] ?? '/');
    await page.screenshot({ path: path.join(TOUR_FOLDER, `${screen}.png`), type: 'png' });
    await page.close();
  }
  await context.close();
  writeFileSync('docs/tour.md', tourPage());
  console.log('docs/tour.md is made anew');
}

/** A screen with all that it loads. */
async function settled(context: BrowserContext, route: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${route}: ${error.message}`));
  await page.goto(`${server.url}${route}`);
  // What goes on never comes to rest.
  await page.waitForLoadState('networkidle', { timeout: SETTLED_MILLIS }).catch(() => {});
  return page;
}

async function lookAt(
  browser: Browser,
  all: Record<string, string>,
  locale: (typeof LOCALES)[number],
  colorScheme: (typeof SCHEMES)[number],
): Promise<void> {
  for (const [device, viewport] of Object.entries(WIDTHS)) {
    const context = await browser.newContext({
      viewport,
      colorScheme,
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    await signIn(context, locale);
    for (const [name, route] of Object.entries(all)) {
      if (!name.startsWith(values.only)) continue;
      const page = await settled(context, route);
      await page.screenshot({
        path: path.join(values.out, `${name}-${locale}-${colorScheme}-${device}.png`),
      });
      await page.close();
    }
    await context.close();
  }
}

async function signIn(context: BrowserContext, locale: (typeof LOCALES)[number]): Promise<void> {
  const { url } = server;
  await context.addCookies([{ name: 'locale', value: locale, url }]);
  const answer = await context.request.post(`${url}/api/auth/sign-in/email`, {
    data: ACCOUNT,
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`Nobody could sign in: ${await answer.text()}`);
}
