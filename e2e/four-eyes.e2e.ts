import { expect, type Page, test } from '@playwright/test';
import { ADA, Console, WITH_ADA } from './support/console';

const console_ = Console.ofFile('server/main', WITH_ADA);
const BOB = { email: 'bob@example.com', password: 'quiet amber rivers 7' };
const TENANTS = ['acme', 'borealis', 'cobalt', 'delta'];

test.describe.configure({ mode: 'serial' });

/** Asks as the person who is signed in there. */
async function ask<T>(page: Page, procedure: string, input: object): Promise<T> {
  const { url } = console_.running;
  const headers = { origin: url };
  const response = await page.request.post(`${url}/api/trpc/${procedure}`, {
    headers,
    data: { json: input },
  });
  expect(response.ok(), await response.text()).toBe(true);
  return ((await response.json()) as { result: { data: { json: T } } }).result.data.json;
}

async function person(page: Page, account: typeof ADA): Promise<void> {
  await console_.signIn(page, account);
}

test('a protected plan is started after somebody else approved it, and its tenants go on after two did', async ({
  browser,
}) => {
  const [ada, bob] = await Promise.all([1, 2].map(async () => (await browser.newContext()).newPage()));
  if (!ada || !bob) throw new Error('no pages');
  await person(ada, ADA);
  const { path } = await ask<{ path: string }>(ada, 'members.invite', { email: BOB.email, role: 'operator' });
  const headers = { origin: console_.running.url };
  const token = path.split('token=')[1];
  const data = { token, name: 'Bob', password: BOB.password };
  expect((await bob.request.post(`${console_.running.url}/api/auth/invite`, { headers, data })).ok()).toBe(
    true,
  );
  await person(bob, BOB);

  const version = { unitId: 'router', version: 'v2' };
  await ask(ada, 'versions.create', { ...version, unitName: 'Router', payload: '{}' });
  const endpoints = [{ key: 'a', url: 'http://127.0.0.1:9', labels: {} }];
  await ask(ada, 'tenants.import', { tenants: TENANTS.map((tenantId) => ({ tenantId, endpoints })) });
  const steps = [{ name: 'Ask', type: 'approval', instructions: 'Is the pager quiet?', needs: 2 }];
  await ask(ada, 'playbooks.save', {
    ...{ playbookId: 'signed', name: 'Signed' },
    definition: { stages: [{ name: 'Sign off', steps }] },
  });

  await console_.open(ada, '/settings/defaults');
  await ada.getByRole('button', { name: 'Ask for approval…' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('Plans of more tenants than').fill('3');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(ada.getByText('Plans of more than 3 tenants start once they are approved.')).toBeVisible();

  const plan = { name: 'Signed switch', tenantIds: TENANTS, playbookId: 'signed', ...version };
  const { planId } = await ask<{ planId: string }>(ada, 'plans.create', plan);
  await console_.open(ada, `/plans/${planId}`);
  await expect(ada.getByText('Its start waits for approval: 0 of 1 so far').first()).toBeVisible();
  for (const name of [/^Approve the start/, /^Start plan/])
    await expect(ada.getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true');

  await console_.open(bob, '/');
  await bob.getByRole('link', { name: '1 decision waits · 1 for you' }).click();
  await bob.getByRole('link', { name: 'Look at it' }).click();
  await bob.getByRole('button', { name: 'Approve the start' }).click();
  await bob.getByRole('button', { name: 'Start plan' }).click();

  await console_.open(bob, '/executor?forMe=true');
  await bob.getByRole('button', { name: 'Approve 4…' }).click();
  await bob
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve 4/ })
    .click();
  await expect(bob.getByText('Nothing waits for you.')).toBeVisible();

  await console_.open(ada, '/executor');
  await expect(ada.getByText('1 of 2 approved: Bob.')).toHaveCount(TENANTS.length);
  await ada.getByRole('button', { name: 'Approve 4…' }).click();
  await ada
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve 4/ })
    .click();
  await console_.open(bob, `/plans/${planId}`);
  await expect(bob.getByTestId('plan-status')).toHaveAttribute('data-status', 'COMPLETED');
  await Promise.all([ada, bob].map((page) => page.context().close()));
});
