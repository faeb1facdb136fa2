import { expect, type Page, test } from '@playwright/test';
import { CONFIG_BODY } from '@/demo/fleet/playbook';
import { violationsOn } from './support/accessibility';
import { ADA, Console, WITH_ADA } from './support/console';
import { PANEL_PORT } from './support/panel-port';
import { FILLED_LATER } from './support/screens';

const TENANTS = ['acme-eu', 'acme-us', 'borealis', 'cobalt-retail', 'delta-freight', 'evergreen'];
const CANARY = 'acme-eu';

const SCREENS = [
  '/plans/new?step=3',
  '/plans/PLN-3',
  '/plans/PLN-3?tab=events',
  '/plans/PLN-3/tasks/PLN-3.1',
  '/plans/PLN-4',
  ...FILLED_LATER,
];

const step = (name: string, type: string, more: Record<string, unknown>) => ({ name, type, ...more });
const PLAYBOOK = {
  stages: [
    {
      name: 'Config',
      steps: [
        step('Send configuration', 'config-update', {
          request: {
            method: 'PUT',
            url: '/config',
            body: CONFIG_BODY,
          },
        }),
      ],
    },
    {
      name: 'Sign-off',
      when: { label: 'region', equals: 'eu' },
      steps: [step('Ask', 'approval', { instructions: 'Is the region quiet?', approvers: 'EU operations' })],
    },
    { name: 'Reload', steps: [step('Tell', 'broadcast', { request: { method: 'POST', url: '/reload' } })] },
    { name: 'Health', steps: [step('Confirm', 'health-check', { path: '/health', versionKey: 'version' })] },
  ],
};

// The plans of the first story are what the others look at.
test.describe.configure({ mode: 'serial' });

const demo = Console.ofFile('scripts/demo', {
  ...WITH_ADA,
  DEMO_PANEL_PORT: String(PANEL_PORT),
});

test.beforeAll(async () => {
  await demo.act('versions.create', {
    unitId: 'edge-router',
    version: 'v3',
    payload: '{"upstream":"amber"}',
  });
  await demo.act('playbooks.save', { playbookId: 'signed-off', name: 'Signed off', definition: PLAYBOOK });
  await demo.act(
    'plans.create',
    plan('Green in waves', TENANTS, { waves: [{ name: 'Canary', size: { count: 1 } }] }),
  );
  await demo.act('plans.create', plan('Green tonight', ['fjord-media'], {}));
});

test('a canary waits for its approval, the rest is paused and resumed in bulk, everything is stopped once', async ({
  page,
}) => {
  const lane = (tenantId: string) => page.locator(`[data-task][aria-label="${tenantId}"]`);
  await demo.signIn(page);
  await demo.open(page, '/plans/PLN-3');

  await test.step('the canary wave alone starts, and waits for somebody', async () => {
    await page.getByRole('button', { name: 'Start plan' }).click();
    await expect(lane(CANARY)).toHaveAttribute('data-status', 'PAUSED');
    await expect(lane(CANARY)).toContainText('Is the region quiet?');
    await expect(lane('acme-us')).toHaveAttribute('data-status', 'PENDING');
  });

  await test.step('it is listed where decisions wait', async () => {
    await demo.open(page, '/executor');
    const list = page.getByRole('list', { name: 'Waits for a decision' });
    await expect(list).toContainText('EU operations');
    await page.getByRole('button', { name: 'Stop all admission…' }).click();
    await confirm(page, 'Stop all admission', 'The network is being mended');
    await expect(page.getByText('Everything is stopped')).toBeVisible();
  });

  await test.step('while everything is stopped nothing new starts, and the plan says so', async () => {
    await demo.open(page, '/plans/PLN-3');
    await expect(page.getByText('stopped everything: The network is being mended')).toBeVisible();
    await lane(CANARY)
      .getByRole('button', { name: `Approve ${CANARY}` })
      .click();
    await expect(lane(CANARY)).not.toContainText('Waits for approval');
    expect(await statusOf(CANARY)).toBe('PAUSED');
  });

  await test.step('what waits is paused with one request, and resumed with one', async () => {
    await page.getByRole('checkbox', { name: 'Select acme-us' }).check();
    await page.getByRole('checkbox', { name: 'Select borealis' }).check();
    const bar = page.getByRole('region', { name: 'Selection' });
    await expect(bar).toContainText('2 selected');
    await bar.getByRole('button', { name: 'Select all 6 matching' }).click();
    await bar.getByRole('button', { name: 'Pause 5' }).click();
    await confirm(page, 'Pause 5 tenants');
    const progress = page.getByRole('region', { name: 'Bulk action' });
    await expect(progress).toContainText('5 asked, 1 refused');
    await expect(lane('borealis')).toHaveAttribute('data-status', 'PAUSED');

    await page.getByRole('checkbox', { name: 'Select acme-us' }).check();
    await bar.getByRole('button', { name: 'Select all 6 matching' }).click();
    await bar.getByRole('button', { name: 'Resume 5' }).click();
    await confirm(page, 'Resume 5 tenants');
    await expect(progress).toContainText('5 asked, 1 refused');
    await expect(lane('borealis')).toHaveAttribute('data-status', 'PENDING');
  });

  await test.step('the stop is lifted, and the plan goes on by itself', async () => {
    await demo.open(page, '/executor');
    await page.getByRole('button', { name: 'Lift the stop…' }).click();
    await confirm(page, 'Lift the stop', 'The network is back');
    await expect(page.getByText('Everything is stopped')).toHaveCount(0);
    await demo.open(page, '/plans/PLN-3');
    await expect(lane(CANARY)).toHaveAttribute('data-status', 'COMPLETED');
    await expect(lane('cobalt-retail')).toContainText('Waits for approval');
    await lane('cobalt-retail').getByRole('button', { name: 'Reject cobalt-retail' }).click();
    await confirm(page, 'Reject cobalt-retail', 'They are in a sale');
    await expect(lane('cobalt-retail')).toHaveAttribute('data-status', 'CANCELLED');
  });

  await test.step('the log has all of it, with reasons', async () => {
    await demo.open(page, '/audit?action=executor');
    const log = page.getByRole('region', { name: 'Audit log' });
    await expect(log.locator('tbody').getByRole('row')).toHaveCount(2);
    await expect(log).toContainText('The network is being mended');
    await demo.open(page, '/audit?target=PLN-3');
    await expect(log).toContainText('task.approve');
    await expect(log).toContainText('task.bulk.pause');
    await expect(log).toContainText('They are in a sale');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^switchyard-audit-.*\.csv$/);
  });
});

test('a start is set for later and taken back', async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, '/plans/PLN-4');
  await page.getByRole('button', { name: 'Schedule…' }).click();
  await page.getByLabel('Start at').fill('2099-01-01T04:00');
  await page.getByRole('dialog').getByRole('button', { name: 'Schedule' }).click();
  await expect(page.getByText(/Starts at .*2099/)).toBeVisible();
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByText(/Starts at .*2099/)).toHaveCount(0);
});

test('somebody invited as a viewer joins, and every button says what is missing', async ({
  page,
  browser,
}) => {
  await demo.signIn(page);
  await demo.open(page, '/settings/members');
  await page.getByRole('button', { name: 'Invite…' }).click();
  await page.getByLabel('E-mail').fill('kim@example.com');
  await page.getByRole('dialog').getByLabel('Role').selectOption('viewer');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByLabel('Invite link').inputValue();

  const theirs = await browser.newContext();
  const kim = await theirs.newPage();
  await kim.goto(link);
  await kim.getByLabel('name', { exact: false }).first().fill('Kim');
  await kim.getByLabel('Password', { exact: false }).first().fill(ADA.password);
  await kim.locator('button[type=submit]').click();
  await expect(kim).toHaveURL(/\/plans/);
  await demo.open(kim, '/plans/PLN-4');
  await expect(kim.getByRole('button', { name: /^Start plan/ })).toHaveAccessibleDescription(
    'This needs the role operator.',
  );
  await kim.goto(link);
  await expect(kim.getByText('This invite no longer works')).toBeVisible();

  await page.getByRole('button', { name: 'Done' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Remove Kim' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove Kim' }).click();
  await expect(page.getByText('kim@example.com')).toHaveCount(0);
  await demo.open(kim, '/plans');
  await expect(kim).toHaveURL(/\/login/);
  await theirs.close();
});

test('every new screen is free of axe violations, light and dark', async ({ page }) => {
  await demo.act('freezes.create', {
    name: 'Peak',
    labels: { region: 'apac' },
    window: { kind: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59', timeZone: 'UTC' },
  });
  await demo.act('tenants.setSecret', { tenantId: 'acme-eu', name: 'TOKEN', value: 'a value nobody sees' });
  await demo.act('shares.create', { planId: 'PLN-3' });
  await demo.signIn(page);
  expect(await violationsOn(page, demo.running.url, SCREENS)).toEqual([]);
});

test('no new screen scrolls sideways on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await demo.signIn(page);
  for (const route of SCREENS) {
    await demo.open(page, route);
    await page.waitForLoadState('networkidle');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(overflow, route).toBeLessThanOrEqual(0);
  }
});

async function confirm(page: Page, action: string, reason?: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  if (reason) await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: action }).click();
  await expect(dialog).toHaveCount(0);
}

const plan = (name: string, tenantIds: string[], settings: Record<string, unknown>) => ({
  name,
  tenantIds,
  unitId: 'edge-router',
  version: 'v3',
  playbookId: 'signed-off',
  settings: { maxRetry: null, healthIntervalSeconds: 1, healthAttempts: null, ...settings },
});

async function statusOf(tenantId: string): Promise<string> {
  const { view } = await demo.ask<{ view: { status: string } }>('tasks.get', { tenantId });
  return view.status;
}
