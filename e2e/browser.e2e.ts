import { expect, test } from '@playwright/test';

test('the browser runs here, with fonts of its own', async ({ page }) => {
  await page.setContent('<main style="font: 20px \'Open Sans\', serif">Switchyard</main>');
  await expect(page.getByRole('main')).toHaveText('Switchyard');
  // Without any font, text has no width and every layout assertion elsewhere would lie.
  const { width, height } = (await page.getByRole('main').boundingBox()) ?? { width: 0, height: 0 };
  expect(width).toBeGreaterThan(50);
  expect(height).toBeGreaterThan(15);
  await page.screenshot();
});
