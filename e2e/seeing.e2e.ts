import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page, test } from '@playwright/test';
import { Console, WITH_ADA } from './support/console';
import { PANEL_PORT } from './support/panel-port';

const demo = Console.ofFile('scripts/demo', { ...WITH_ADA, DEMO_PANEL_PORT: String(PANEL_PORT) });
const FAILING = ['acme-eu', 'acme-us'];
const TENANTS = [...FAILING, 'borealis', 'cobalt-retail', 'delta-freight', 'evergreen'];

let planId: string;

test.describe.configure({ mode: 'serial' });

const failures = (page: Page) => page.getByRole('region', { name: 'Failures' });
const lanes = (page: Page) => page.getByRole('treegrid', { name: 'Timeline' });

test('a failure is saved for a ticket, and silenced once everybody knows it', async ({ page }) => {
  for (const tenantId of FAILING) await setFault(tenantId, { kind: 'fail', times: 100 });
  planId = await plan();
  await demo.act('plans.start', { planId });
  const standing = () => demo.ask<{ endedAt: string | null; byStatus: object }>('plans.get', { planId });
  await expect.poll(async () => (await standing()).endedAt).not.toBeNull();
  expect((await standing()).byStatus).toMatchObject({ COMPLETED: 4, FAILED: 2 });
  await demo.signIn(page);
  await demo.open(page, `/plans/${planId}`);
  const told = failures(page).getByText(/^2 tenants: /);
  await expect(told).toBeVisible();
  await failures(page).getByRole('button', { name: 'More of this failure' }).first().click();

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    failures(page).getByRole('button', { name: 'Save as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^PLN-\d+-.+\.csv$/);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines[0]).toMatch(/^at,tenant,/);
  expect(
    lines
      .slice(1)
      .map((line) => line.split(',')[1])
      .sort(),
  ).toEqual(FAILING);

  await failures(page).getByRole('button', { name: 'Silence' }).click();
  const silenced = failures(page).getByText('Silenced: 1 kind of failure, 2 tenants');
  await expect(silenced).toBeVisible();
  await expect(page.getByTestId('plan-headline')).toContainText('2 failed');
  await page.reload();
  await expect(silenced).toBeVisible();
  await silenced.click();
  await failures(page).getByRole('button', { name: 'Show again' }).click();
  await expect(failures(page).getByRole('button', { name: 'More of this failure' })).toBeVisible();
});

test('lanes are grouped by a label, and a stage that is zoomed into shows its steps', async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, `/plans/${planId}`);
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('By region');
  await expect(page).toHaveURL(/group=label:region/);
  const groups = lanes(page).locator('[role=row][aria-expanded]');
  await expect(groups.nth(1)).toBeVisible();
  const sizes = await groups.allTextContents();
  expect(
    sizes.map((text) => Number(/(\d+) tenants?$/.exec(text)?.[1])).reduce((sum, of) => sum + of, 0),
  ).toBe(TENANTS.length);
  await expect(groups.filter({ hasText: '1 failed' }).first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('No groups');

  await lanes(page).getByRole('row').first().focus();
  const steps = lanes(page).locator('[data-step]');
  await expect(async () => {
    await page.keyboard.press('+');
    await expect(steps.first()).toBeVisible({ timeout: 1000 });
  }).toPass();
  // What is nearest to the edge may still be on its way out of sight.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await steps.first().hover();
    await expect(steps.first()).toHaveAttribute('title', /: (done|failed)/, { timeout: 1000 });
  }).toPass();
});

test('what runs where is seen of a plan and of the fleet, the worst first', async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, `/plans/${planId}?tab=matrix`);
  const matrix = page.getByRole('table', { name: 'Instances of every tenant' });
  await expect(matrix).toHaveAttribute('aria-rowcount', `${TENANTS.length + 1}`);
  await expect(page.getByRole('region', { name: /^Tenants that confirmed/ }).getByRole('img')).toBeVisible();
  await demo.open(page, '/');
  await page.getByRole('link', { name: 'Instances', exact: true }).click();
  await expect(page).toHaveURL(/\/fleet\/instances/);
  await expect(matrix).toHaveAttribute('aria-rowcount', '25');
  await expect(matrix.getByRole('rowheader').first()).toBeVisible();
});

test('on a phone the first lane is in sight without scrolling', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, hasTouch: true });
  const page = await context.newPage();
  await demo.signIn(page);
  await demo.open(page, `/plans/${planId}`);
  const lane = page.getByRole('article').first();
  await expect(lane).toBeVisible();
  // Above the bar with the brake, which covers the lower end.
  const brake = page.getByText(/% · 2 failed/);
  const [above, below] = [await lane.boundingBox(), await brake.boundingBox()];
  expect((above?.y ?? 0) + 100).toBeLessThan(below?.y ?? 0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  await page.getByRole('button', { name: 'More of this plan' }).tap();
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible();
  await context.close();
});

test('a link to a plan has a picture for where it is posted, as long as it opens anything', async ({
  request,
}) => {
  const share = await demo.act<{ path: string; share?: { id: string } }>('shares.create', {
    planId,
  });
  const { url } = demo.running;
  const page = await (await request.get(`${url}${share.path}`)).text();
  const address = /property="og:image" content="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(address).toBe(`${url}${share.path}/og.png`);
  expect(page).toMatch(/<meta name="robots" content="noindex/);
  const picture = await request.get(address);
  expect(picture.headers()['content-type']).toBe('image/png');
  const bytes = await picture.body();
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
  expect((await request.get(`${url}${share.path.slice(0, -4)}AAAA/og.png`)).status()).toBe(404);
});

test('a wave that did not pass its gate holds the next one back, until somebody accepts it', async ({
  page,
}) => {
  const metrics = createServer((_, response) => response.end('{"errors":0.9}'));
  await new Promise<void>((resolve) => metrics.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(metrics.address() as AddressInfo).port}/errors?version={{config.version}}`;
  const gate = { query: { url, value: { json: 'errors' } }, atMost: 0.5, everySeconds: 1, failureLimit: 1 };
  try {
    const gated = await plan('v8', TENANTS.slice(2), {
      waves: [{ name: 'Canary', size: { count: 1 }, bakeSeconds: 0, gate }],
    });
    await demo.act('plans.start', { planId: gated });
    await demo.signIn(page);
    await demo.open(page, `/plans/${gated}`);
    const banner = page.getByText(
      'Wave 1 (Canary) did not pass its gate: 2 measurements of 2 beyond the limit: the value is 0.9, expected at most 0.5.',
    );
    await expect(banner).toBeVisible();
    await expect(page.getByRole('img', { name: '2 measurements, from 0.9 to 0.9' })).toBeVisible();
    await expect(page.getByTestId('plan-headline')).toContainText('1 of 4');
    await page.getByRole('button', { name: 'Start the next wave all the same' }).click();
    await expect(banner).toBeHidden();
    await expect
      .poll(async () => (await demo.ask<{ endedAt: string | null }>('plans.get', { planId: gated })).endedAt)
      .not.toBeNull();
  } finally {
    metrics.close();
  }
});

/** A plan on which nobody waits for long. */
async function plan(version = 'v7', tenantIds = TENANTS, settings: object = {}): Promise<string> {
  const unit = { unitId: 'edge-router', version };
  await demo.act('versions.create', { ...unit, payload: '{}' });
  const created = await demo.act<{ planId: string }>('plans.create', {
    ...{
      name: `Some to ${version}`,
      tenantIds,
      playbookId: 'blue-green',
      maxConcurrency: 6,
      ...unit,
    },
    settings: { healthIntervalSeconds: 0, healthAttempts: 1, driftGuard: false, ...settings },
  });
  return created.planId;
}

const setFault = (tenantId: string, fault: object) =>
  fetch(`http://127.0.0.1:${PANEL_PORT}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId, fault }),
  });
