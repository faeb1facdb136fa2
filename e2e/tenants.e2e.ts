import { expect, test } from '@playwright/test';
import { violationsOn } from './support/accessibility';
import { Console, WITH_ADA } from './support/console';

const server = Console.ofFile('server/main', WITH_ADA);

const TENANTS = 70;

test('tenants are edited, one by one and many at once', async ({ page }) => {
  await server.act('tenants.import', {
    tenants: Array.from({ length: TENANTS }, (_, index) => ({
      tenantId: `t${index}`,
      labels: { region: index % 2 === 0 ? 'eu' : 'us' },
      endpoints: [{ key: 'one', url: 'http://127.0.0.1:9' }],
    })),
  });
  const tenant = (tenantId: string) => server.ask<{ labels: object }>('tenants.get', { tenantId });
  await server.signIn(page);
  const dialog = page.getByRole('dialog');

  await test.step('the list is gone through by keyboard, and Enter opens', async () => {
    await server.open(page, '/tenants?q=t6');
    const row = (name: string) => page.getByRole('row', { name: new RegExp(`^Select ${name} `) });
    await row('t6').focus();
    await page.keyboard.press('ArrowDown');
    await expect(row('t60')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/tenants\/t60$/);
  });

  await test.step('what the server refuses stands at its field, and nothing is lost', async () => {
    await page.getByRole('button', { name: 'Edit tenant' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('Sixty');
    await dialog.getByLabel('Address 1', { exact: true }).fill('ftp://127.0.0.1');
    await expect(dialog.getByText('name: t60 → Sixty')).toBeVisible();
    await dialog.getByRole('button', { name: 'Save tenant' }).click();
    await expect(dialog.getByText('must be an http or https URL')).toBeVisible();
    await expect(dialog.getByLabel('Address 1', { exact: true })).toBeFocused();
    await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('Sixty');
  });

  await test.step('a slip does not close it', async () => {
    await page.keyboard.press('Escape');
    await expect(dialog.getByRole('alert')).toContainText('What you typed is not saved.');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Address 1', { exact: true }).fill('http://127.0.0.1:9');
    await dialog.getByRole('button', { name: 'Save tenant' }).click();
    await expect(page.getByRole('heading', { name: 'Sixty', level: 1 })).toBeVisible();
  });

  await test.step('labels of all that match are changed, also of those not on the screen, and back', async () => {
    await server.open(page, '/tenants?label=region%3Deu');
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    const bar = page.getByRole('region', { name: 'Selection' });
    await expect(bar).toContainText('All 35 that match are selected');
    await page.getByRole('checkbox', { name: 'Select t10', exact: true }).uncheck();
    await expect(bar).toContainText('34 selected');
    await bar.getByRole('button', { name: 'Edit labels…' }).click();
    await dialog.getByLabel('Label 1', { exact: true }).fill('ring');
    await dialog.getByLabel('Label 1: Value').fill('2');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('button', { name: 'Change 34 tenants' }).click();
    await expect(page.getByText('34 tenants have their labels changed.')).toBeVisible();
    expect(await tenant('t68')).toMatchObject({ labels: { region: 'eu', ring: '2' } });
    expect((await tenant('t10')).labels).toEqual({ region: 'eu' });
    await page.getByRole('button', { name: 'Take back' }).click();
    await expect(page.getByText('34 tenants as before, 0 removed.')).toBeVisible();
    expect((await tenant('t68')).labels).toEqual({ region: 'eu' });
  });
});

test('somebody sees where they are signed in, and ends it', async ({ page, browser }) => {
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await server.signIn(other);
  await server.signIn(page);
  await server.open(page, '/settings/profile');
  const sessions = page.getByRole('region', { name: 'Signed in' });
  await expect(sessions.getByText('This one')).toHaveCount(1);
  await page.getByRole('button', { name: 'Sign out everywhere else…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(sessions.locator('tbody').getByRole('row')).toHaveCount(1);
  await server.open(other, '/plans');
  await expect(other).toHaveURL(/\/login/);
  await elsewhere.close();
});

test('the screens of tenants and versions are free of axe violations', async ({ page }) => {
  await server.signIn(page);
  expect(await violationsOn(page, server.running.url, ['/tenants', '/tenants/t1', '/versions'])).toEqual([]);
});
