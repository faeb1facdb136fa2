import { expect, test } from '@playwright/test';
import { Console, WITH_ADA } from './support/console';

const server = Console.ofFile('server/main', WITH_ADA);

test('a plan is created as it was reviewed, or looked at again', async ({ page }) => {
  const change = server.act;
  const endpoints = ['a', 'b'].map((key) => ({ key, url: `http://127.0.0.1:9/${key}` }));
  for (const tenantId of ['acme', 'borealis']) await change('tenants.upsert', { tenantId, endpoints });
  await change('versions.create', { unitId: 'router', version: 'v2', payload: '{"for":"{{tenant.dc}}"}' });
  const steps = [{ name: 'send', type: 'config-update' }];
  await change('playbooks.save', {
    playbookId: 'plain',
    name: 'Plain',
    definition: { stages: [{ name: 'Config', steps }] },
  });
  for (const tenantId of ['acme', 'borealis'])
    await change('tenants.upsert', { tenantId, variables: { dc: 'one' } });

  await server.signIn(page);
  await server.open(page, '/plans/new');

  await test.step('tenants, version and playbook are chosen', async () => {
    await page.getByRole('checkbox', { name: 'acme' }).check();
    await page.getByRole('checkbox', { name: 'borealis' }).check();
    await expect(page.getByText('2 selected')).toBeVisible();
    await page.reload();
    await expect(page.getByText('Draft restored')).toBeVisible();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('combobox', { name: 'Unit' }).selectOption({ label: 'router' });
    await page.getByRole('combobox', { name: 'Version' }).selectOption({ label: 'v2' });
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Plan name').fill('To v2');
    await page.getByRole('combobox', { name: 'Playbook' }).selectOption('plain');
    await expect(page.getByRole('list', { name: 'Stages of the playbook' })).toContainText('Config');
    await expect(page.getByRole('list', { name: 'Projected schedule by wave' })).toContainText('2 tenants');
    await page.getByLabel('To be finished by').fill('2099-01-01T06:00');
    await page.getByLabel('If it is not finished by then').selectOption('rollback');
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByText(/Jan 1, 2099.*, else rolled back/)).toBeVisible();
  });

  const create = page.getByRole('button', { name: 'Create plan for 2 tenants' });
  await test.step('what changed since it was reviewed is refused, and told', async () => {
    await expect(create).toBeEnabled();
    await change('tenants.upsert', { tenantId: 'acme', variables: { dc: 'two' } });
    await create.click();
    await expect(page.getByText('The plan was not created')).toBeVisible();
  });

  await test.step('a second click creates what was looked at again', async () => {
    await expect(create).toBeEnabled();
    await create.click();
    await expect(page).toHaveURL(/\/plans\/PLN-1$/);
    await expect(page.getByTestId('plan-headline')).toHaveText('Not started: 2 tenants to switch');
    await expect(page.getByText(/to be finished by Jan 1/)).toBeVisible();
  });
});
