import { expect, test } from '@playwright/test';
import { ADA, Console, WITH_ADA } from './support/console';

const console_ = Console.ofFile('server/main', WITH_ADA);

test('a rule that nobody could fulfil is saved, and says so', async ({ page }) => {
  await console_.signIn(page, ADA);
  await console_.open(page, '/settings/defaults');
  const section = page
    .locator('main section')
    .filter({ has: page.getByRole('heading', { name: 'Overriding a freeze' }) });
  await section.getByRole('button', { name: 'Say who grants it…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByLabel(/people/i)
    .first()
    .fill('10');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const told = page.getByRole('alert').filter({ hasText: 'Saved, but look at it' });
  await expect(told).toContainText(
    'It asks for 10 of the operators or administrators, with 1 at present: nobody can fulfil it until others come.',
  );
  await expect(section).toContainText('It takes 10');
  const pictures = process.env.WARNING_PICTURES;
  if (!pictures) return;
  for (const width of [1440, 375])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${pictures}/warning-${width}-${colorScheme}.png` });
    }
});
