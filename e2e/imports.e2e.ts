import { expect, test } from '@playwright/test';
import { Console, WITH_ADA } from './support/console';

const server = Console.ofFile('server/main', WITH_ADA);

test('an import is looked at, done, and taken back', async ({ page }) => {
  const labels = () => server.ask<{ labels: object }>('tenants.get', { tenantId: 'acme' });
  await server.act('tenants.import', {
    tenants: [{ tenantId: 'acme', labels: { region: 'eu', tier: 'gold' } }],
  });
  await server.signIn(page);
  await server.open(page, '/tenants');
  const dialog = page.getByRole('dialog');

  await test.step('a file in another encoding is refused before it is sent', async () => {
    await page.getByRole('button', { name: 'Import tenants' }).click();
    await dialog
      .locator('..')
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: 'tenants.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('tenantId,name\nacme,Z\xfcrich\n', 'latin1'),
      });
    await expect(dialog.getByText('Line 2 has a character that is not UTF-8')).toBeVisible();
  });

  await test.step('everything that is wrong is told', async () => {
    await dialog.getByLabel('CSV or JSON').fill('tenantId,labels\nacme,eu\n,x=y\n');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await expect(dialog.getByRole('alert')).toContainText('2 problems');
    await expect(dialog.getByRole('alert')).toContainText('Line 3, tenantId: is missing');
  });

  await test.step('what would change is shown, and nothing has changed', async () => {
    await dialog.getByLabel('CSV or JSON').fill('tenantId,labels\nacme,tier=lead\nborealis,region=us\n');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await expect(dialog.getByText('It creates 1 tenant, changes 1 and leaves 0 as they are.')).toBeVisible();
    await expect(dialog.getByText('labels.tier: gold → lead')).toBeVisible();
    await dialog.getByLabel('Remove what the file does not mention').check();
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await expect(dialog.getByText('labels.region: eu → nothing')).toBeVisible();
    expect(await labels()).toMatchObject({ labels: { region: 'eu', tier: 'gold' } });
  });

  await test.step('it is done, and taken back', async () => {
    await dialog.getByRole('button', { name: 'Import 2 tenants' }).click();
    await expect(page.getByRole('link', { name: 'borealis' })).toBeVisible();
    expect(await labels()).toMatchObject({ labels: { tier: 'lead' } });
    await page.getByRole('button', { name: 'Take back' }).click();
    await expect(page.getByText('1 tenant as before, 1 removed.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'borealis' })).toHaveCount(0);
    expect(await labels()).toMatchObject({ labels: { region: 'eu', tier: 'gold' } });
  });

  await test.step('the audit log offers the way back as well', async () => {
    await server.open(page, '/audit');
    await page.getByText('tenant.import').first().click();
    await dialog.getByRole('button', { name: 'Take this import back' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'has taken this import back already' });
    await expect(alert).toBeVisible();
  });
});
