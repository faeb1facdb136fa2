import { expect, type Page, test } from '@playwright/test';
import { ADA, Console, WITH_ADA } from './support/console';

const console_ = Console.ofFile('server/main', WITH_ADA);
const BOB = { email: 'bob@example.com', password: 'quiet amber rivers 7' };
const EU = ['acme', 'borealis'];
const US = ['cobalt', 'delta', 'evergreen'];

async function ask<T>(page: Page, procedure: string, input: object): Promise<T> {
  const { url } = console_.running;
  const response = await page.request.post(`${url}/api/trpc/${procedure}`, {
    headers: { origin: url },
    data: { json: input },
  });
  expect(response.ok(), await response.text()).toBe(true);
  return ((await response.json()) as { result: { data: { json: T } } }).result.data.json;
}

test('somebody of one region works with its tenants, and hears of no others', async ({ browser }) => {
  const [ada, bob] = await Promise.all([1, 2].map(async () => (await browser.newContext()).newPage()));
  if (!ada || !bob) throw new Error('no pages');
  await console_.signIn(ada, ADA);
  await ask(ada, 'versions.create', { unitId: 'router', unitName: 'Router', version: 'v2', payload: '{}' });
  const endpoints = [{ key: 'a', url: 'http://127.0.0.1:9', labels: {} }];
  const tenants = [EU, US].flatMap((ids, place) =>
    ids.map((tenantId) => ({ tenantId, endpoints, labels: { region: ['eu', 'us'][place] } })),
  );
  await ask(ada, 'tenants.import', { tenants });
  const steps = [{ name: 'Ask', type: 'approval', instructions: 'Is the pager quiet?' }];
  const definition = { stages: [{ name: 'Sign off', steps }] };
  await ask(ada, 'playbooks.save', { playbookId: 'signed', name: 'Signed', definition });
  const plan = { name: 'Everybody', unitId: 'router', version: 'v2', playbookId: 'signed' };
  const { planId } = await ask<{ planId: string }>(ada, 'plans.create', {
    ...plan,
    tenantIds: [...EU, ...US],
    maxConcurrency: 5,
  });
  await ask(ada, 'plans.start', { planId });

  await console_.open(ada, '/settings/members');
  await ada.getByRole('button', { name: 'Invite…' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(BOB.email);
  await dialog.getByLabel('Tenants').fill('region');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  await expect(dialog.getByText('Write labels as region=eu, tier=gold: a set in each line.')).toBeVisible();
  await dialog.getByLabel('Tenants').fill('region=eu');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = await dialog.getByLabel('Invite link').inputValue();
  const data = { token: link.split('token=')[1], name: 'Bob', password: BOB.password };
  const headers = { origin: console_.running.url };
  expect((await bob.request.post(`${console_.running.url}/api/auth/invite`, { headers, data })).ok()).toBe(
    true,
  );

  await console_.signIn(bob, BOB);
  await console_.open(bob, '/tenants');
  await expect(bob.getByRole('link', { name: 'acme' })).toBeVisible();
  await expect(bob.getByText('cobalt')).toHaveCount(0);
  await expect(bob.getByRole('navigation').getByRole('link', { name: 'Audit' })).toHaveCount(0);
  await expect(bob.getByText('Operator · region=eu')).toBeVisible();

  await console_.open(bob, `/plans/${planId}`);
  await expect(bob.getByText('You see the tenants with region=eu.')).toBeVisible();
  for (const name of ['Pause plan', 'Share'])
    await expect(bob.getByRole('button', { name })).toHaveAttribute('aria-disabled', 'true');
  await expect(bob.locator('[data-task]')).toHaveCount(EU.length);
  // What others do is live, and nobody else's.
  await ask(ada, 'tasks.approve', { tenantId: 'cobalt', stage: 'Sign off', reason: 'It is quiet' });
  await ask(ada, 'tasks.approve', { tenantId: 'acme', stage: 'Sign off', reason: 'It is quiet' });
  await expect(bob.locator('[data-task][aria-label="acme"]')).toHaveAttribute('data-status', 'COMPLETED');
  await expect(bob.getByText('cobalt')).toHaveCount(0);

  await console_.open(bob, '/executor');
  await bob
    .getByRole('button', { name: /^Approve/ })
    .first()
    .click();
  await expect(bob.getByText('Nothing: no approval')).toBeVisible();
  await console_.open(bob, '/audit');
  await expect(bob.getByText('This concerns the whole fleet')).toBeVisible();

  // Wider rights are there with the next page.
  await console_.open(ada, '/settings/members');
  await ada.getByRole('button', { name: 'Tenants Bob' }).click();
  await ada.getByRole('dialog').getByLabel('Tenants').fill('');
  await ada.getByRole('dialog').getByRole('button', { name: 'Set tenants' }).click();
  await expect(ada.getByRole('dialog')).toHaveCount(0);
  await console_.open(bob, '/tenants');
  await expect(bob.getByRole('link', { name: 'cobalt' })).toBeVisible();
  await Promise.all([ada, bob].map((page) => page.context().close()));
});
