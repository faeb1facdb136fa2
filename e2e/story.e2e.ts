import { expect, type Locator, type Page, test } from '@playwright/test';
import { STUCK_TENANT } from '@/demo/tenants';
import type { Outputs } from '@/server/api/router';
import { LANGUAGES, speak, violationsOn } from './support/accessibility';
import { Console } from './support/console';
import { PANEL_PORT } from './support/panel-port';
import { FILLED_LATER, SCREENS } from './support/screens';

const DEAD = 'acme-us';
const PAUSED = 'borealis';
const ROLLED_BACK = 'cobalt-retail';

const LI_WEI = { email: 'li.wei@example.com', password: 'correct horse battery' };

// The account of the first story signs in to the others.
test.describe.configure({ mode: 'serial' });

const panel = `http://127.0.0.1:${PANEL_PORT}`;
const demo = Console.ofFile('scripts/demo', { DEMO_PANEL_PORT: String(PANEL_PORT) });

test('set up, switch a fleet with one dead tenant, mend it, roll one back, share it', async ({
  page,
  browser,
}) => {
  const lane = (tenantId: string) => page.locator(`[data-task][aria-label="${tenantId}"]`);
  const planStatus = page.getByTestId('plan-status');

  await test.step('the setup link makes the first account', async () => {
    const [link] = await demo.running.said(/http:\/\/\S+\/setup\?token=\S+/);
    await page.goto(link);
    await page.getByLabel('Name', { exact: false }).first().fill('Li Wei');
    await page.getByLabel('E-mail', { exact: false }).fill(LI_WEI.email);
    await page.getByLabel('Password', { exact: false }).first().fill(LI_WEI.password);
    await page.locator('button[type=submit]').click();
    await expect(page).toHaveURL(/\/plans/);
  });

  await test.step('the waiting plan says what to press', async () => {
    await page.getByRole('link', { name: 'For your own experiments' }).click();
    await expect(planStatus).toHaveAttribute('data-status', 'READY');
    await setFault(STUCK_TENANT, { kind: 'none' });
    await setFault(DEAD, { kind: 'dead' });
    // Two stages of two answers each: long enough for anybody to press the button meanwhile.
    await setFault(PAUSED, { kind: 'slow', millis: 8000 });
    await page.getByRole('button', { name: 'Start plan' }).click();
    await expect(planStatus).toHaveAttribute('data-status', 'RUNNING');
  });

  await test.step('a pause is requested at once and granted at the stage boundary', async () => {
    await expect(lane(PAUSED)).toHaveAttribute('data-status', 'RUNNING');
    await lane(PAUSED)
      .getByRole('button', { name: `Pause ${PAUSED}` })
      .click();
    await expect
      .poll(async () => (await eventsOf(PAUSED)).map((event) => event.kind))
      .toContain('PauseRequested');
    await setFault(PAUSED, { kind: 'none' });
    await expect(lane(PAUSED)).toHaveAttribute('data-status', 'PAUSED');
    const events = await eventsOf(PAUSED);
    const paused = events.findIndex((event) => event.kind === 'TaskPaused');
    expect(['StageSucceeded', 'StageSkipped']).toContain(events[paused - 1]?.kind);
    await lane(PAUSED)
      .getByRole('button', { name: `Resume ${PAUSED}` })
      .click();
    await expect(lane(PAUSED)).toHaveAttribute('data-status', 'COMPLETED');
  });

  await test.step('the dead tenant fails after exactly its ten rounds, the others are switched', async () => {
    await expect(planStatus).toHaveAttribute('data-status', 'PARTIAL_FAILED');
    await expect(lane(DEAD)).toHaveAttribute('data-status', 'FAILED');
    expect((await eventsOf(DEAD)).filter((event) => event.kind === 'ProbeResult')).toHaveLength(10);
    const versions = await reported();
    for (const [tenantId, found] of versions)
      if (tenantId !== DEAD) expect(new Set(found)).toEqual(new Set(['v2.1']));
  });

  await test.step('mended and retried from its checkpoint, no finished stage is repeated', async () => {
    await setFault(DEAD, { kind: 'none' });
    await lane(DEAD)
      .getByRole('button', { name: `Retry ${DEAD}` })
      .click();
    await expect(lane(DEAD)).toHaveAttribute('data-status', 'COMPLETED');
    await expect(planStatus).toHaveAttribute('data-status', 'COMPLETED');
    const done = (await eventsOf(DEAD)).filter((event) => event.kind === 'StageSucceeded');
    expect(done.map((event) => event.payload.stage)).toEqual(['Config', 'Reload', 'Health']);
    expect(new Set((await reported()).get(DEAD))).toEqual(new Set(['v2.1']));
  });

  await test.step('another is rolled back: its instances and its record show the version before', async () => {
    await lane(ROLLED_BACK)
      .getByRole('button', { name: `Roll back ${ROLLED_BACK}` })
      .click();
    await confirmIfAsked(page);
    await expect(lane(ROLLED_BACK)).toHaveAttribute('data-status', 'ROLLED_BACK');
    expect(new Set((await reported()).get(ROLLED_BACK))).toEqual(new Set(['v1']));
    const tenant = await demo.ask<Outputs['tenants']['get']>('tenants.get', {
      tenantId: ROLLED_BACK,
    });
    expect(tenant.units).toMatchObject([
      { unitId: 'edge-router', unitName: 'Edge router', current: 'v1', lastKnownGood: 'v1' },
    ]);
  });

  await test.step('a share link shows the same numbers, live, to somebody without a session', async () => {
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /create/i }).click();
    const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
    // The only look at it is not lost by a slip.
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.keyboard.press('Escape');

    const stranger = await browser.newContext();
    const status = await stranger.newPage();
    await status.goto(link);
    const shown = (name: string) => status.locator(`li[data-status="${name}"]`);
    await expect(shown('COMPLETED')).toContainText('23');
    await expect(shown('ROLLED_BACK')).toContainText('1');
    await expect(status.getByText(ROLLED_BACK)).toHaveCount(0);

    await lane('delta-freight').getByRole('button', { name: 'Roll back delta-freight' }).click();
    await confirmIfAsked(page);
    await expect(lane('delta-freight')).toHaveAttribute('data-status', 'ROLLED_BACK');
    await expect(shown('COMPLETED')).toContainText('22');
    await expect(shown('ROLLED_BACK')).toContainText('2');
    await stranger.close();
  });
});

test('every screen is free of axe violations in each language, light and dark', async ({ page }) => {
  await demo.signIn(page, LI_WEI);
  const screens = SCREENS.filter((screen) => !FILLED_LATER.includes(screen));
  expect(await violationsOn(page, demo.running.url, screens)).toEqual([]);
});

test('no screen scrolls sideways on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await demo.signIn(page, LI_WEI);
  for (const language of LANGUAGES) {
    await speak(page, demo.running.url, language);
    for (const route of SCREENS) {
      await demo.open(page, route);
      await page.waitForLoadState('networkidle');
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${route} in ${language}`).toBeLessThanOrEqual(0);
    }
  }
});

test('the share page reads without JavaScript, and a wrong link is a plain 404', async ({ browser }) => {
  const { path: link } = await demo.act<{ path: string }>('shares.create', {
    planId: 'PLN-2',
  });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await demo.open(page, link);
  await expect(page.getByTestId('percent')).toContainText('100');
  const wrong = await demo.open(page, `${link.slice(0, -4)}AAAA`);
  expect(wrong?.status()).toBe(404);
  await context.close();
});

async function confirmIfAsked(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  const reason = dialog.getByRole('textbox');
  if (await reason.count()) await reason.first().fill('Found a regression');
  await confirmButton(dialog).click();
}

const confirmButton = (dialog: Locator) => dialog.getByRole('button', { name: /^Roll back/ });

async function eventsOf(tenantId: string) {
  const { events } = await demo.ask<Outputs['tasks']['events']>('tasks.events', {
    tenantId,
  });
  return events as { kind: string; payload: Record<string, unknown> }[];
}

/** What the instances themselves say, asked directly; a dead one says nothing. */
async function reported(): Promise<Map<string, string[]>> {
  const tenants = (await (await fetch(`${panel}/tenants`)).json()) as {
    tenantId: string;
    instances: { url: string }[];
  }[];
  const ask = async (url: string): Promise<string> => {
    const answer = await fetch(`${url}/health`).catch(() => null);
    return answer === null ? 'no answer' : ((await answer.json()) as { version: string }).version;
  };
  const answers = tenants.map(
    async ({ tenantId, instances }) =>
      [tenantId, await Promise.all(instances.map(({ url }) => ask(url)))] as const,
  );
  return new Map(await Promise.all(answers));
}

async function setFault(tenantId: string, fault: Record<string, unknown>): Promise<void> {
  await fetch(`${panel}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId, fault }),
  });
}
