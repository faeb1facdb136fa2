import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { call, type Running, startSwitchyard } from '@/server/testing/switchyard';
import { violationsOn } from './support/accessibility';

const TENANTS = ['acme-eu', 'acme-us', 'borealis', 'cobalt-retail', 'delta-freight', 'evergreen'];
const CANARY = 'acme-eu';
const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';

const SCREENS = [
  '/plans/new?step=3',
  '/plans/PLN-2',
  '/plans/PLN-2?tab=events',
  '/plans/PLN-2/tasks/PLN-2.1',
  '/plans/PLN-3',
  '/tenants/acme-eu',
  '/executor',
  '/audit',
  '/settings/profile',
  '/settings/members',
  '/settings/api-keys',
  '/settings/share-links',
  '/settings/defaults',
  '/settings/freezes',
  '/settings/notifications',
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
            body: '{"version":"{{config.version}}","config":{{config.payload | json}}}',
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

let dataDir: string;
let demo: Running | undefined;

test.beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'switchyard-controls-'));
  demo = await startSwitchyard('scripts/demo', {
    SWITCHYARD_DATA_DIR: dataDir,
    DEMO_PANEL_PORT: String(19_000 + (process.pid % 100) * 10),
    SWITCHYARD_ADMIN_EMAIL: EMAIL,
    SWITCHYARD_ADMIN_PASSWORD: PASSWORD,
  });
  await act('versions.create', { unitId: 'edge-router', version: 'v3', payload: '{"upstream":"amber"}' });
  await act('playbooks.save', { playbookId: 'signed-off', name: 'Signed off', definition: PLAYBOOK });
  await act(
    'plans.create',
    plan('Green in waves', TENANTS, { waves: [{ name: 'Canary', size: { count: 1 } }] }),
  );
  await act('plans.create', plan('Green tonight', ['fjord-media'], {}));
});

test.afterAll(async () => {
  await demo?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a canary waits for its approval, the rest is paused and resumed in bulk, everything is stopped once', async ({
  page,
}) => {
  const lane = (tenantId: string) => page.locator(`[data-task][aria-label="${tenantId}"]`);
  await signIn(page, EMAIL);
  await page.goto(`${running().url}/plans/PLN-2`);

  await test.step('the canary wave alone starts, and waits for somebody', async () => {
    await page.getByRole('button', { name: 'Start plan' }).click();
    await expect(lane(CANARY)).toHaveAttribute('data-status', 'PAUSED');
    await expect(lane(CANARY)).toContainText('Is the region quiet?');
    await expect(lane('acme-us')).toHaveAttribute('data-status', 'PENDING');
  });

  await test.step('it is listed where decisions wait', async () => {
    await page.goto(`${running().url}/executor`);
    const list = page.getByRole('list', { name: 'Waits for a decision' });
    await expect(list).toContainText('EU operations');
    await page.getByRole('button', { name: 'Stop all admission…' }).click();
    await confirm(page, 'Stop all admission', 'The network is being mended');
    await expect(page.getByText('Everything is stopped')).toBeVisible();
  });

  await test.step('while everything is stopped nothing new starts, and the plan says so', async () => {
    await page.goto(`${running().url}/plans/PLN-2`);
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
    await expect(lane('evergreen')).toHaveAttribute('data-status', 'PAUSED');

    await page.getByRole('checkbox', { name: 'Select acme-us' }).check();
    await bar.getByRole('button', { name: 'Select all 6 matching' }).click();
    await bar.getByRole('button', { name: 'Resume 5' }).click();
    await confirm(page, 'Resume 5 tenants');
    await expect(progress).toContainText('5 asked, 1 refused');
    await expect(lane('evergreen')).toHaveAttribute('data-status', 'PENDING');
  });

  await test.step('the stop is lifted, and the plan goes on by itself', async () => {
    await page.goto(`${running().url}/executor`);
    await page.getByRole('button', { name: 'Lift the stop…' }).click();
    await confirm(page, 'Lift the stop', 'The network is back');
    await expect(page.getByText('Everything is stopped')).toHaveCount(0);
    await page.goto(`${running().url}/plans/PLN-2`);
    await expect(lane(CANARY)).toHaveAttribute('data-status', 'COMPLETED');
    await expect(lane('cobalt-retail')).toContainText('Waits for approval');
    await lane('cobalt-retail').getByRole('button', { name: 'Reject cobalt-retail' }).click();
    await confirm(page, 'Reject cobalt-retail', 'They are in a sale');
    await expect(lane('cobalt-retail')).toHaveAttribute('data-status', 'CANCELLED');
  });

  await test.step('the log has all of it, with reasons', async () => {
    await page.goto(`${running().url}/audit?action=executor`);
    const log = page.getByRole('region', { name: 'Audit log' });
    await expect(log.getByRole('listitem')).toHaveCount(2);
    await expect(log).toContainText('The network is being mended');
    await page.goto(`${running().url}/audit?target=PLN-2`);
    await expect(log).toContainText('task.approve');
    await expect(log).toContainText('task.bulk.pause');
    await expect(log).toContainText('They are in a sale');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^switchyard-audit-.*\.csv$/);
  });
});

test('a start is set for later and taken back', async ({ page }) => {
  await signIn(page, EMAIL);
  await page.goto(`${running().url}/plans/PLN-3`);
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
  await signIn(page, EMAIL);
  await page.goto(`${running().url}/settings/members`);
  await page.getByRole('button', { name: 'Invite…' }).click();
  await page.getByLabel('E-mail').fill('kim@example.com');
  await page.getByRole('dialog').getByLabel('Role').selectOption('viewer');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByLabel('Invite link').inputValue();

  const theirs = await browser.newContext();
  const kim = await theirs.newPage();
  await kim.goto(link);
  await kim.getByLabel('name', { exact: false }).first().fill('Kim');
  await kim.getByLabel('Password', { exact: false }).first().fill(PASSWORD);
  await kim.locator('button[type=submit]').click();
  await expect(kim).toHaveURL(/\/plans/);
  await kim.goto(`${running().url}/plans/PLN-3`);
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
  await kim.goto(`${running().url}/plans`);
  await expect(kim).toHaveURL(/\/login/);
  await theirs.close();
});

test('every new screen is free of axe violations, light and dark', async ({ page }) => {
  await act('freezes.create', {
    name: 'Peak',
    labels: { region: 'apac' },
    window: { kind: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59', timeZone: 'UTC' },
  });
  await act('tenants.setSecret', { tenantId: 'acme-eu', name: 'TOKEN', value: 'a value nobody sees' });
  await act('shares.create', { planId: 'PLN-2' });
  await signIn(page, EMAIL);
  expect(await violationsOn(page, running().url, SCREENS)).toEqual([]);
});

test('no new screen scrolls sideways on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await signIn(page, EMAIL);
  for (const route of SCREENS) {
    await page.goto(`${running().url}${route}`);
    await page.waitForLoadState('networkidle');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(overflow, route).toBeLessThanOrEqual(0);
  }
});

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${running().url}/login`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').first().fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await expect(page).toHaveURL(/\/plans/);
}

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

async function act(procedure: string, input: unknown): Promise<void> {
  await call(running().url, procedure, 'mutation', input);
}

async function statusOf(tenantId: string): Promise<string> {
  const { view } = await call<{ view: { status: string } }>(running().url, 'tasks.get', 'query', {
    tenantId,
  });
  return view.status;
}

function running(): Running {
  if (!demo) throw new Error('The demo is not running.');
  return demo;
}
