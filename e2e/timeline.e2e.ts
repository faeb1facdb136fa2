import { expect, type Page, test } from '@playwright/test';
import { Console, WITH_ADA } from './support/console';
import { PANEL_PORT } from './support/panel-port';

const demo = Console.ofFile('scripts/demo', {
  ...WITH_ADA,
  DEMO_PANEL_PORT: String(PANEL_PORT),
});

const focused = (page: Page) => page.locator('[data-row]:focus');
const panel = (page: Page) => page.getByRole('complementary');

test('the lanes of a plan are walked with the keyboard alone', async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, '/plans/PLN-1');
  const lanes = page.getByRole('treegrid', { name: 'Timeline' });

  await test.step('the whole list is one stop for the tab key', async () => {
    await expect(lanes.getByRole('row').first()).toBeVisible();
    const stops = () => lanes.locator('[tabindex="0"], button:not([tabindex]), a:not([tabindex])').count();
    await expect.poll(stops).toBe(1);
    await expect(lanes).toHaveAttribute('aria-rowcount', '24');
  });

  await test.step('letters and arrows go from lane to lane, also to those far below', async () => {
    await page.keyboard.press('j');
    await expect(focused(page)).toHaveAttribute('aria-label', 'acme-eu');
    await page.keyboard.press('End');
    await expect(focused(page)).toHaveAttribute('aria-label', 'willow-care');
    await expect(focused(page)).toBeInViewport({ ratio: 0.99 });
    await expect(focused(page)).toHaveAttribute('aria-rowindex', '24');
  });

  await test.step('into the buttons of a lane and back', async () => {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('checkbox', { name: 'Select willow-care' })).toBeFocused();
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await expect(page.getByRole('checkbox', { name: 'Select willow-care' })).toBeChecked();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('checkbox', { name: 'Select willow-care' })).not.toBeChecked();
  });

  await test.step('Enter shows a task beside the list, which goes along with the arrows', async () => {
    await page.keyboard.press('Enter');
    await expect(panel(page)).toContainText('willow-care');
    await page.keyboard.press('ArrowUp');
    await expect(panel(page)).toContainText('vertex');
    await expect(page).toHaveURL(/task=PLN-1\.23/);
    await page.keyboard.press('Escape');
    await expect(panel(page)).toHaveCount(0);
    await expect(focused(page)).toHaveAttribute('aria-label', 'vertex');
  });

  await test.step('the time is zoomed, and shown whole again', async () => {
    const fit = page.getByRole('button', { name: 'Fit' });
    await expect(fit).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('+');
    await expect(fit).toHaveAttribute('aria-pressed', 'false');
    await page.keyboard.press('0');
    await expect(fit).toHaveAttribute('aria-pressed', 'true');
  });

  await test.step('a group is one row that opens', async () => {
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('By failure');
    await expect(lanes).toHaveAttribute('aria-rowcount', '1');
    await page.getByRole('row', { name: 'Nothing went wrong' }).click();
    await expect(lanes).toHaveAttribute('aria-rowcount', '25');
  });
});

test('where short cuts are switched off, letters do nothing and arrows still lead', async ({
  page,
  context,
}) => {
  await demo.signIn(page);
  await context.addCookies([{ name: 'shortcuts', value: 'off', url: page.url() }]);
  await demo.open(page, '/plans/PLN-1');
  const lanes = page.getByRole('treegrid', { name: 'Timeline' });
  await lanes.getByRole('row').first().focus();
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await expect(focused(page)).toHaveAttribute('aria-label', 'acme-us');
});
