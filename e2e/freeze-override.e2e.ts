import { expect, type Page, test } from '@playwright/test';
import { ADA, Console, WITH_ADA } from './support/console';

const console_ = Console.ofFile('server/main', WITH_ADA);
const BOB = { email: 'bob@example.com', password: 'quiet amber rivers 7' };

/** Asks as the person who is signed in there. */
async function ask<T>(page: Page, procedure: string, input: object): Promise<T> {
  const { url } = console_.running;
  const response = await page.request.post(`${url}/api/trpc/${procedure}`, {
    headers: { origin: url },
    data: { json: input },
  });
  expect(response.ok(), await response.text()).toBe(true);
  return ((await response.json()) as { result: { data: { json: T } } }).result.data.json;
}

test('an urgent plan is let through a freeze by somebody else than who asked, and held again', async ({
  browser,
}) => {
  const [ada, bob] = await Promise.all([1, 2].map(async () => (await browser.newContext()).newPage()));
  if (!ada || !bob) throw new Error('no pages');
  await console_.signIn(ada, ADA);
  const { path } = await ask<{ path: string }>(ada, 'members.invite', { email: BOB.email, role: 'operator' });
  const token = path.split('token=')[1];
  const joined = await bob.request.post(`${console_.running.url}/api/auth/invite`, {
    headers: { origin: console_.running.url },
    data: { token, name: 'Bob', password: BOB.password },
  });
  expect(joined.ok()).toBe(true);
  await console_.signIn(bob, BOB);

  const version = { unitId: 'router', version: 'v2' };
  await ask(ada, 'versions.create', { ...version, unitName: 'Router', payload: '{}' });
  const endpoints = [{ key: 'a', url: 'http://127.0.0.1:9', labels: {} }];
  const tenantIds = ['acme', 'borealis'];
  await ask(ada, 'tenants.import', { tenants: tenantIds.map((tenantId) => ({ tenantId, endpoints })) });
  const steps = [{ name: 'Look', type: 'approval', instructions: 'Is the pager quiet?' }];
  const definition = { stages: [{ name: 'Sign off', steps }] };
  await ask(ada, 'playbooks.save', { playbookId: 'signed', name: 'Signed', definition });
  const to = new Date(Date.now() + 40 * 86_400_000).toISOString();
  const window = { kind: 'once', from: '2020-01-01T00:00:00Z', to };
  await ask(ada, 'freezes.create', { name: 'Year-end', window });

  await console_.open(ada, '/settings/defaults');
  const section = ada
    .locator('main section')
    .filter({ has: ada.getByRole('heading', { name: 'Overriding a freeze' }) });
  await expect(section).toContainText('An administrator grants it, alone.');
  await section.getByRole('button', { name: 'Say who grants it…' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(section).toContainText('It takes one operator. Who made the plan, or asked for it, does not');

  const plan = { name: 'Urgent', tenantIds, playbookId: 'signed', ...version };
  const { planId } = await ask<{ planId: string }>(ada, 'plans.create', plan);
  await ask(ada, 'plans.start', { planId });
  await console_.open(ada, `/plans/${planId}`);
  await expect(ada.getByText('A freeze holds 2 of its tenants until')).toBeVisible();
  await ada.getByRole('button', { name: 'Override for this plan…' }).click();
  const dialog = ada.getByRole('dialog');
  await expect(dialog).toContainText('It takes somebody else than who made the plan and who asked.');
  await expect(dialog).toContainText('an override lasts 31 days at most. On your clock');
  await dialog.getByLabel('Why can it not wait?').fill('Closes the leak');
  await dialog.getByRole('button', { name: 'Ask for the override' }).click();
  await expect(ada.getByText('An override of freezes waits for approval: 0 of 1 so far')).toBeVisible();
  await expect(ada.getByRole('button', { name: /^Approve the override/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  );

  await console_.open(bob, '/');
  await bob.getByRole('link', { name: '1 decision waits · 1 for you' }).click();
  await expect(bob.getByRole('list', { name: 'Overrides of freezes' })).toContainText('Closes the leak');
  await bob.getByRole('link', { name: 'Look at it' }).click();
  await bob.getByRole('button', { name: 'Approve the override' }).click();
  for (const page of [ada, bob])
    await expect(page.getByText('Freezes do not hold this plan until')).toBeVisible();
  // What it held goes on: both tenants come to their approval.
  await console_.open(bob, '/executor');
  await expect(bob.getByText('Is the pager quiet?')).toHaveCount(2);
  await console_.open(bob, '/');
  await expect(bob.getByRole('region', { name: 'Freezes in force' })).toContainText(
    `Not for ${planId} until`,
  );

  await console_.open(bob, `/plans/${planId}`);
  await bob.getByRole('button', { name: 'Withdraw…' }).click();
  await bob.getByRole('dialog').getByRole('button', { name: 'Withdraw', exact: true }).click();
  await expect(bob.getByText('A freeze holds 2 of its tenants until')).toBeVisible();
  await bob.getByRole('tab', { name: 'Events' }).click();
  await expect(bob.getByText('the override was withdrawn by Bob').first()).toBeVisible();
  await Promise.all([ada, bob].map((page) => page.context().close()));
});
