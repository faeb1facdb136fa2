import { expect, test } from '@playwright/test';
import { Console, WITH_ADA } from './support/console';

const server = Console.ofFile('server/main', WITH_ADA);

test('a playbook is written in a form and as JSON, saved, compared and tried on one tenant', async ({
  page,
}) => {
  await server.act('tenants.upsert', {
    tenantId: 'acme',
    endpoints: [{ key: 'a', url: 'http://127.0.0.1:9/a' }],
  });
  await server.act('versions.create', { unitId: 'router', version: 'v2', payload: '{}' });
  await server.signIn(page);
  await server.open(page, '/playbooks');
  const json = page.getByLabel('The same as JSON');
  const save = page.getByRole('button', { name: 'Save playbook' });

  await test.step('a new one begins with an example that works', async () => {
    await page.getByRole('button', { name: 'New playbook' }).click();
    await page.getByLabel('Id', { exact: true }).fill('mine');
    await page.getByLabel('Name', { exact: true }).first().fill('Mine');
    await expect(page.getByText('Nothing is wrong with this playbook.')).toBeVisible();
  });

  await test.step('what the form changes the JSON shows, and the other way round', async () => {
    await page.getByRole('combobox', { name: 'Add a step to Send' }).selectOption('wait');
    await expect(page.getByLabel('Kind of step')).toHaveValue('wait');
    await page.getByLabel('Seconds').fill('7');
    await expect(json).toHaveValue(/"seconds": 7/);
    const text = await json.inputValue();
    await json.fill(text.replace('"seconds": 7', '"seconds": 8, "settle": true'));
    await expect(page.getByLabel('Seconds')).toHaveValue('8');
  });

  await test.step('what is wrong is told while it is written, and leads to where it is', async () => {
    await json.fill((await json.inputValue()).replace('/reload', 'ftp://reload'));
    await page.getByRole('button', { name: /^Stage 2, step 1 request.url: must be/ }).click();
    await expect(page.getByLabel('URL')).toHaveValue('ftp://reload');
    await page.getByLabel('URL').fill('/reload');
    await expect(page.getByText('Nothing is wrong with this playbook.')).toBeVisible();
  });

  await test.step('what its plans do that say nothing themselves is set for the whole of it', async () => {
    await page.getByRole('button', { name: /^Whole playbook/ }).click();
    const add = page.getByRole('combobox', { name: 'Add a setting…' });
    await add.selectOption({ label: 'Policies' });
    await page
      .getByRole('group', { name: 'Policies' })
      .getByRole('combobox', { name: 'Add a setting…' })
      .selectOption({ label: 'Retrying by itself' });
    await page.getByLabel('Kind', { exact: true }).selectOption('fixed');
    await page.getByLabel('Attempts').fill('1000');
    await page.getByRole('button', { name: /^Whole playbook, policies.retry.attempts/ }).click();
    await page.getByLabel('Attempts').fill('3');
    await page.getByLabel('Seconds before another try').fill('5');
    await expect(json).toHaveValue(/"kind": "fixed",\s+"attempts": 3,\s+"delaySeconds": 5/);
    await expect(page.getByText('Nothing is wrong with this playbook.')).toBeVisible();
  });

  await test.step('a step is moved with the keyboard into the next stage', async () => {
    const wait = page.getByRole('button', { name: 'New wait wait' });
    await wait.focus();
    await page.keyboard.press('Alt+ArrowDown');
    await expect(wait).toBeFocused();
    await save.click();
    await expect(page.getByText('mine saved as version 1.')).toBeVisible();
    const { definition } = await server.ask<{ definition: { stages: { steps: { type: string }[] }[] } }>(
      'playbooks.get',
      { playbookId: 'mine' },
    );
    expect(definition.stages.map(({ steps }) => steps.map(({ type }) => type))).toEqual([
      ['config-update'],
      ['wait', 'broadcast'],
      ['health-check'],
    ]);
  });

  await test.step('a second version is compared with the first', async () => {
    await json.fill((await json.inputValue()).replace('"seconds": 8', '"seconds": 9'));
    await expect(save).toBeEnabled();
    await save.click();
    await expect(page.getByText('mine saved as version 2.')).toBeVisible();
    await page.getByRole('button', { name: 'Compare versions' }).click();
    await expect(page.getByRole('region', { name: 'Compared versions' }).first()).toContainText(
      '"seconds": 9',
    );
  });

  await test.step('it is tried on one tenant', async () => {
    await page.getByRole('button', { name: 'Try it on one tenant' }).click();
    await page.getByRole('combobox', { name: 'Tenant' }).fill('acme');
    await page.getByRole('dialog').getByRole('link', { name: 'Plan for this tenant…' }).click();
    await expect(page.getByText('1 selected')).toBeVisible();
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByRole('combobox', { name: 'Version' })).toHaveValue('v2');
  });
});
