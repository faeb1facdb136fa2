import { expect, test } from '@playwright/test';
import { Console, WITH_ADA } from './support/console';

const TENANTS = 1200;
const PLANS = 205;

const server = Console.ofFile('server/main', WITH_ADA);

const plan = (number: number) =>
  server.act('plans.create', {
    name: `Switch ${number}`,
    tenantIds: [`t${number}`],
    unitId: 'router',
    version: 'v2',
    playbookId: 'plain',
  });

test('lists say what they do not show, and show it', async ({ page }) => {
  await server.act('tenants.import', {
    tenants: Array.from({ length: TENANTS }, (_, index) => ({
      tenantId: `t${index}`,
      labels: { region: index % 3 === 0 ? 'eu' : 'us' },
      endpoints: [{ key: 'one', url: 'http://127.0.0.1:9' }],
    })),
  });
  await server.act('versions.create', { unitId: 'router', version: 'v2', payload: '{}' });
  await server.act('playbooks.save', {
    playbookId: 'plain',
    name: 'Plain',
    definition: {
      stages: [
        {
          name: 'Config',
          steps: [
            {
              name: 'Send',
              type: 'config-update',
              request: { method: 'PUT', url: '/config', body: '{{config.payload}}', timeoutMillis: 1000 },
            },
          ],
        },
      ],
    },
  });
  for (let number = 0; number < PLANS; number += 1) await plan(number);
  await server.signIn(page);
  await server.open(page, '/plans');

  await test.step('a plan that is not loaded is found', async () => {
    await server.open(page, '/plans');
    await expect(page.getByText('205 plans')).toBeVisible();
    const search = page.getByRole('textbox', { name: 'Search plans' });
    await search.fill('Switch 0');
    await expect(page.getByRole('list', { name: 'Plans' }).getByRole('listitem')).toHaveCount(1);
    await expect(page.getByRole('link', { name: 'Switch 0' })).toBeVisible();
    await search.fill('');
    await expect(page.getByText('205 plans')).toBeVisible();
  });

  await test.step('all are shown as one scrolls, and what comes meanwhile is among them', async () => {
    const rows = page.getByRole('list', { name: 'Plans' }).getByRole('listitem');
    await rows.first().hover();
    const oldest = page.getByRole('link', { name: 'Switch 0', exact: true });
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 100_000);
        return oldest.isVisible();
      })
      .toBe(true);
    expect(await rows.count()).toBeLessThan(60);
    await plan(PLANS);
    await page.mouse.wheel(0, -100_000);
    await expect(rows.first()).toContainText(`Switch ${PLANS}`);
    await expect(page.getByText('206 plans')).toBeVisible();
  });

  await test.step('tenants are counted, searched and filtered over all of them', async () => {
    await server.open(page, '/tenants');
    await expect(page.getByText('1,200 tenants').first()).toBeVisible();
    await expect(page.getByText('200 of 1,200 tenants')).toBeVisible();
    const search = page.getByRole('textbox', { name: 'Search tenants' });
    // The last by id.
    await search.fill('t999');
    await expect(page.getByText('1 of 1,200 tenants')).toBeVisible();
    await expect(page.getByRole('link', { name: 't999', exact: true })).toBeVisible();
    await server.open(page, '/tenants?label=region%3Deu');
    await expect(page.getByText('400 of 1,200 tenants')).toBeVisible();
  });

  await test.step('a new plan may choose all of them at once', async () => {
    await server.open(page, '/plans/new');
    await page.getByRole('checkbox', { name: 'Select all 1,200 tenants' }).check();
    await expect(page.getByText('1,200 selected').first()).toBeVisible();
    await page.getByRole('textbox', { name: 'Search tenants' }).fill('t99');
    await expect(page.getByRole('checkbox', { name: 'Select all 11 tenants that match' })).toBeChecked();
  });

  await test.step('the audit log has a total, too', async () => {
    await server.open(page, '/audit');
    await expect(page.getByText(/^200 of \d{3} entries$/)).toBeVisible();
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
  });
});
