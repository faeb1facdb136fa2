import { expect, type Page, test } from '@playwright/test';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import { ADA, Console, WITH_ADA } from './support/console';
import { PANEL_PORT } from './support/panel-port';

const demo = Console.ofFile('scripts/demo', { ...WITH_ADA, DEMO_PANEL_PORT: String(PANEL_PORT) });

test.describe.configure({ mode: 'serial' });

const headline = (page: Page) => page.getByTestId('plan-headline');
const status = (page: Page) => page.getByTestId('plan-status');

test('two operators see of each other what they ask for', async ({ browser }) => {
  const open = async () => {
    const page = await (await browser.newContext()).newPage();
    await demo.signIn(page);
    await demo.open(page, '/plans/PLN-1');
    return page;
  };
  const [one, other] = [await open(), await open()];

  await one.getByRole('button', { name: 'Start plan' }).click();
  await expect(status(other)).toHaveAttribute('data-status', 'RUNNING');
  await one.getByRole('button', { name: 'Pause plan' }).click();
  await confirm(one, /^Pause plan/);
  await expect(status(other)).toHaveAttribute('data-status', 'PAUSED');
  await other.getByRole('button', { name: 'Resume plan' }).click();
  await expect(status(one)).toHaveAttribute('data-status', 'RUNNING');
  await Promise.all([one, other].map((page) => page.context().close()));
});

test('who was away hears what he missed, and until then nothing can be asked for', async ({ page }) => {
  const away = { is: false };
  const sockets = new Set<{ close(): Promise<void> }>();
  await page.routeWebSocket(/socket\.io/, (socket) => {
    if (away.is) return void socket.close();
    socket.connectToServer();
    sockets.add(socket);
  });
  await page.route('**/socket.io/**', (route) => (away.is ? route.abort() : route.fallback()));
  await demo.signIn(page);
  await demo.open(page, '/plans/PLN-1');
  await expect(page.getByText('Live', { exact: true })).toBeVisible();

  away.is = true;
  for (const socket of sockets) await socket.close();
  const banner = page.getByRole('status').filter({ hasText: 'The connection is away' });
  await expect(banner).toBeVisible();
  const pause = page.getByRole('button', { name: 'Pause plan' });
  await expect(pause).toHaveAttribute('aria-disabled', 'true');

  const before = (await demo.ask<{ planSeq: number }>('plans.get', { planId: 'PLN-1' })).planSeq;
  await expect
    .poll(async () => (await demo.ask<{ planSeq: number }>('plans.get', { planId: 'PLN-1' })).planSeq)
    .toBeGreaterThan(before + 8);
  away.is = false;
  await expect(
    page
      .getByRole('status')
      .filter({ hasText: /Caught up: \d+ events/ })
      .first(),
  ).toBeVisible();
  await expect(banner).toHaveCount(0);
});

test('on call with a phone: what is wrong is seen at once, and three taps stop it', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, hasTouch: true });
  const page = await context.newPage();
  await setFault('acme-eu', { kind: 'fail', times: 50 });
  // Nothing else gets on meanwhile, however long one looks.
  for (const tenantId of ['acme-us', 'borealis', 'cobalt-retail'])
    await setFault(tenantId, { kind: 'slow', millis: 4000 });
  await demo.act('plans.start', { planId: 'PLN-2' });
  await demo.signIn(page);
  await demo.open(page, '/plans/PLN-2');
  await expect(page.getByText(/% · 1 failed/)).toBeVisible();
  await expect(page.getByText('acme-eu: Config').first()).toBeVisible();
  await page.getByRole('button', { name: 'Pause plan' }).tap();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Pause plan/ })
    .tap();
  await expect(status(page)).toHaveAttribute('data-status', 'PAUSED');
  await context.close();
});

test('an approval is found by the badge and given where the task waits', async ({ page }) => {
  const step = (name: string, type: string, more: object) => ({ name, type, ...more });
  await demo.act('versions.create', { unitId: 'edge-router', version: 'v4', payload: '{}' });
  await demo.act('playbooks.save', {
    playbookId: 'asked',
    name: 'Asked first',
    definition: {
      stages: [
        { name: 'Ask', steps: [step('Ask', 'approval', { instructions: 'Is it quiet?' })] },
        {
          name: 'Config',
          steps: [
            step('Send', 'config-update', { request: { method: 'PUT', url: '/config', body: CONFIG_BODY } }),
          ],
        },
      ],
    },
  });
  const { planId } = await demo.act<{ planId: string }>('plans.create', {
    ...{
      name: 'One, asked first',
      tenantIds: ['willow-care'],
      unitId: 'edge-router',
      version: 'v4',
      playbookId: 'asked',
    },
    ...{ maxConcurrency: 1, settings: {} },
  });
  await demo.act('plans.start', { planId });
  await demo.signIn(page, ADA);
  const badge = page.getByRole('navigation').getByRole('link', { name: /^Executor/ });
  const needs = page.getByRole('region', { name: 'Needs somebody' });
  await expect(needs.getByRole('link', { name: '1 decision waits' })).toBeVisible();
  await expect(badge).toContainText('1 decision waits');
  await badge.click();
  await page
    .getByRole('button', { name: /^Approve/ })
    .first()
    .click();
  await expect
    .poll(async () => (await demo.ask<{ status: string }>('plans.get', { planId })).status)
    .toBe('COMPLETED');
  await expect(badge).not.toContainText('decision');
});

test('what happened is watched again, and nothing can be asked of the past', async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, '/plans/PLN-2');
  await expect(status(page)).toHaveAttribute('data-status', 'PAUSED');
  const end = await headline(page).textContent();
  await page.getByRole('button', { name: 'Replay' }).click();
  const bar = page.getByRole('region', { name: 'Replay' });
  await expect(status(page)).toHaveAttribute('data-status', 'RUNNING');
  await expect(headline(page)).not.toHaveText(end ?? '');
  await expect(page.getByRole('button', { name: 'Cancel plan' })).toHaveAttribute('aria-disabled', 'true');
  await bar.getByText('60×').click();
  await bar.getByRole('button', { name: 'Play' }).click();
  await expect(status(page)).toHaveAttribute('data-status', 'PAUSED');
  await expect(headline(page)).toHaveText(end ?? '');
  await expect(page).toHaveURL(/at=\d{2,}/);
  await bar.getByRole('button', { name: 'Back to live', exact: true }).click();
  await expect(bar).toHaveCount(0);
});

const setFault = (tenantId: string, fault: object) =>
  fetch(`http://127.0.0.1:${PANEL_PORT}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId, fault }),
  });

/** Answers the question, with a reason where one is wanted. */
async function confirm(page: Page, verb: RegExp): Promise<void> {
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  const reason = dialog.getByRole('textbox');
  if (await reason.count()) await reason.first().fill('Agreed with the team');
  await dialog.getByRole('button', { name: verb }).click();
}
