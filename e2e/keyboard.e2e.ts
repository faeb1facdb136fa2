import { expect, test } from '@playwright/test';
import { Console, WITH_ADA } from './support/console';
import { PANEL_PORT } from './support/panel-port';

const demo = Console.ofFile('scripts/demo', {
  ...WITH_ADA,
  DEMO_PANEL_PORT: String(PANEL_PORT),
});

test.describe.configure({ mode: 'serial' });

test('an operator finds a plan by name, holds one tenant and takes it back, all by keys', async ({
  page,
}) => {
  const lane = page.locator('[data-task][aria-label="acme-eu"]');
  await demo.signIn(page);

  await test.step('the fleet is the first screen', async () => {
    await expect(page.getByRole('heading', { name: 'Fleet', level: 1 })).toBeVisible();
    await expect(page.getByRole('application', { name: 'Map of 24 tenants' })).toBeVisible();
  });

  await test.step('the palette finds the plan', async () => {
    await page.keyboard.press('Control+k');
    const search = page.getByRole('dialog').getByPlaceholder('Plan, tenant, place or command');
    await search.fill('PLN-1');
    await expect(page.getByRole('dialog').getByRole('button', { name: /PLN-1/ })).toBeVisible();
    await search.press('Enter');
    await expect(page).toHaveURL(/\/plans\/PLN-1/);
    await expect(lane).toBeVisible();
  });

  await test.step('it says what cannot be done now, and why', async () => {
    await page.keyboard.press('Control+k');
    const resume = page.getByRole('dialog').getByRole('button', { name: /Resume plan/ });
    await expect(resume).toContainText('The plan is not paused.');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('a key acts on the lane that has the focus', async () => {
    await lane.getByRole('link').first().focus();
    await page.keyboard.press('p');
    await expect(page.getByText('Pause requested for acme-eu.')).toBeVisible();
    await expect(lane).toHaveAttribute('data-status', 'PAUSED');
    await page.keyboard.press('p');
    await expect(lane).toHaveAttribute('data-status', 'PENDING');
    await page.keyboard.press('r');
    await expect(
      page.getByText('This task is waiting to start; retry does not apply.').first(),
    ).toBeVisible();
  });

  await test.step('a grave one asks first, and the focus is on the way out', async () => {
    await lane.getByRole('link').first().focus();
    await page.keyboard.press('Shift+C');
    const out = page.getByRole('dialog').getByRole('button', { name: 'Keep running' });
    await expect(out).toBeFocused();
    await out.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    // It was the first of the page, whose code came with it.
    await expect(lane.getByRole('link').first()).toBeFocused();
    await expect(lane).toHaveAttribute('data-status', 'PENDING');
  });

  await test.step('two keys go elsewhere, and no letter does anything while somebody types', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await expect(page).toHaveURL(/\/tenants/);
    const search = page.getByRole('textbox', { name: 'Search tenants' });
    await expect(search).toBeVisible();
    await page.keyboard.press('/');
    await expect(search).toBeFocused();
    await page.keyboard.type('gp');
    await expect(search).toHaveValue('gp');
    await expect(page).toHaveURL(/\/tenants/);
  });

  await test.step('letters can be switched off', async () => {
    await demo.open(page, '/audit');
    await expect(page.getByRole('heading', { name: 'Audit', level: 1 })).toBeVisible();
    await page.keyboard.press('?');
    await page.getByRole('switch', { name: 'Single-letter keys' }).click();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('?');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog', { name: 'Search and commands' })).toBeVisible();
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toHaveCount(0);
  });
});

test('tenants that were chosen on the map become a plan', async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, '/?group=label:region');
  await page.getByRole('button', { name: /Select apac/ }).click();
  const chosen = page.getByRole('region', { name: '8 selected' });
  await expect(chosen).toBeVisible();
  await chosen.getByRole('button', { name: 'Create a plan with these 8' }).click();
  await expect(page).toHaveURL(/\/plans\/new/);
  await expect(page.getByText('8 selected').first()).toBeVisible();
});

test('a plan is braked where it is listed, and what is graver is asked where its figures are', async ({
  page,
}) => {
  await demo.signIn(page);
  await demo.act('plans.start', { planId: 'PLN-1', requestId: null });
  await demo.open(page, '/plans');
  const row = page.getByRole('listitem').filter({ hasText: 'PLN-1' });

  await test.step('paused', async () => {
    await row.getByRole('button', { name: 'Pause plan PLN-1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause plan' }).click();
    await expect(row).toContainText('Paused');
    await expect(row.getByRole('button', { name: 'Resume plan PLN-1' })).toBeVisible();
  });

  await test.step('nearly rolled back', async () => {
    await row.getByRole('button', { name: 'More for PLN-1' }).click();
    await page.getByRole('menuitem', { name: 'Roll back plan…' }).click();
    await expect(page).toHaveURL(/\/plans\/PLN-1/);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(/\d+ to v1\./);
    await expect(dialog).toContainText(/are skipped/);
    await dialog.getByRole('button', { name: 'Keep as is' }).click();
    await expect(page).toHaveURL(/\/plans\/PLN-1$/);
  });
});

test('the focus stays beside a button that is gone when its work is done', async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, '/plans/PLN-2');
  const pause = page.getByRole('button', { name: 'Pause plan' });

  await test.step('at once', async () => {
    await page.getByRole('button', { name: 'Start plan' }).focus();
    await page.keyboard.press('Enter');
    await expect(pause).toBeFocused();
  });

  await test.step('behind a question', async () => {
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause plan' }).press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Resume plan' })).toBeFocused();
  });
});
