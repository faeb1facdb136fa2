import { expect, type Page, test } from '@playwright/test';
import { ADA, Console, WITH_ADA } from './support/console';
import { englishOn } from './support/english';
import { PANEL_PORT } from './support/panel-port';
import { SCREENS } from './support/screens';

const DEAD = 'acme-us';
const panel = `http://127.0.0.1:${PANEL_PORT}`;

test.use({ locale: 'zh-CN' });
test.describe.configure({ mode: 'serial' });

const demo = Console.ofFile('scripts/demo', { ...WITH_ADA, DEMO_PANEL_PORT: String(PANEL_PORT) });

test('a whole life in Chinese: signed in, planned, failed, retried, rolled back and shared', async ({
  page,
  browser,
}) => {
  const lane = (tenantId: string) => page.locator(`[data-task][aria-label="${tenantId}"]`);
  const planStatus = page.getByTestId('plan-status');

  await test.step('the way in', async () => {
    await demo.open(page, '/login');
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await isChinese(page);
    await signIn(page, 'wrong password');
    await expect(page.getByRole('alert')).toBeVisible();
    await isChinese(page);
    await signIn(page, ADA.password);
    await expect(page).not.toHaveURL(/\/login/);
  });

  await test.step('a plan for two tenants', async () => {
    // What it is to be switched to is planned there already.
    await demo.act('plans.cancel', { planId: 'PLN-2', reason: '改用新计划', requestId: null });
    await demo.open(page, '/plans/new');
    for (const tenant of [DEAD, 'borealis']) await page.getByRole('checkbox', { name: tenant }).check();
    await isChinese(page);
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('combobox', { name: '单元' }).selectOption({ label: 'Edge router' });
    await page.getByRole('combobox', { name: '版本' }).selectOption('v1');
    await isChinese(page);
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('combobox', { name: '剧本' }).selectOption('blue-green');
    await expect(page.getByRole('list', { name: '剧本的阶段' })).toContainText('Config');
    for (const summary of await page.locator('details:not([open]) > summary').all()) await summary.click();
    await isChinese(page);
    await page.getByRole('button', { name: '下一步' }).click();
    // What the server found: both run it already.
    await expect(page.getByText(`${DEAD} 已在运行 v1。`).first()).toBeVisible();
    await isChinese(page);
    await page.getByRole('button', { name: '上一步' }).first().click();
    await page.getByRole('button', { name: '上一步' }).first().click();
    await page.getByRole('combobox', { name: '版本' }).selectOption('v2.1');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('button', { name: '为 2 个租户创建计划' }).click();
    await expect(page).toHaveURL(/\/plans\/PLN-3$/);
    await isChinese(page);
  });

  await test.step('a refusal says why', async () => {
    const pause = lane(DEAD).getByRole('button', { name: `重试 ${DEAD}` });
    await expect(pause).toHaveAttribute('aria-description', '此任务等待开始，不能重试。');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog').getByText('计划未暂停。')).toBeVisible();
    await isChinese(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('one fails, and is retried when it was mended', async () => {
    await setFault(DEAD, { kind: 'dead' });
    await page.getByRole('button', { name: '启动计划' }).click();
    await expect(planStatus).toHaveAttribute('data-status', 'PARTIAL_FAILED');
    await expect(page.getByText('在应答前断开了连接').first()).toBeVisible();
    await isChinese(page);
    await lane(DEAD).click({ position: { x: 4, y: 4 } });
    await isChinese(page);
    await setFault(DEAD, { kind: 'none' });
    await lane(DEAD)
      .getByRole('button', { name: `重试 ${DEAD}` })
      .click();
    await expect(planStatus).toHaveAttribute('data-status', 'COMPLETED');
    await isChinese(page);
  });

  await test.step('the other is rolled back', async () => {
    await lane('borealis').getByRole('button', { name: '回滚 borealis' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill('发现退化');
    await isChinese(page);
    await dialog.getByRole('button', { name: /^回滚/ }).click();
    await expect(lane('borealis')).toHaveAttribute('data-status', 'ROLLED_BACK');
    for (const route of ['?tab=events', '?tab=matrix', '?at=9', '/tasks/PLN-3.1', '/tasks/PLN-3.2']) {
      await demo.open(page, `/plans/PLN-3${route}`);
      await page.waitForLoadState('networkidle');
      await isChinese(page, route);
    }
  });

  await test.step('its status page', async () => {
    await demo.open(page, '/plans/PLN-3');
    await page.getByRole('button', { name: '分享', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '创建链接' }).click();
    const link = await dialog.getByLabel('链接', { exact: true }).inputValue();
    await isChinese(page);
    const stranger = await browser.newContext({ locale: 'zh-CN' });
    const status = await stranger.newPage();
    await status.goto(link);
    await isChinese(status);
    await status.goto(`${link.slice(0, -4)}AAAA`);
    await isChinese(status);
    await stranger.close();
  });
});

test('no screen says anything in English', async ({ page }) => {
  await demo.open(page, '/login');
  await signIn(page, ADA.password);
  await expect(page).not.toHaveURL(/\/login/);
  for (const route of SCREENS) {
    await demo.open(page, route);
    await page.waitForLoadState('networkidle');
    await isChinese(page, route);
  }
  await demo.open(page, '/nowhere');
  await isChinese(page);
});

test('what is written wrong is told in Chinese, at its field', async ({ page }) => {
  await demo.open(page, '/login');
  await signIn(page, ADA.password);
  await expect(page).not.toHaveURL(/\/login/);
  await demo.open(page, '/versions');
  await page
    .getByRole('button', { name: /创建版本/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('版本', { exact: false }).first().fill('not a version!');
  await dialog.locator('textarea').last().fill('{');
  await dialog.locator('button[type=submit]').click();
  await expect(dialog.locator('[aria-invalid=true]').first()).toBeVisible();
  await isChinese(page);
});

/** No sentence of the page is English. */
async function isChinese(page: Page, what?: string): Promise<void> {
  expect.soft(await englishOn(page), what).toEqual([]);
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('电子邮箱').fill(ADA.email);
  await page.getByLabel('密码').first().fill(password);
  await page.locator('button[type=submit]').click();
}

async function setFault(tenantId: string, fault: Record<string, unknown>): Promise<void> {
  await fetch(`${panel}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId, fault }),
  });
}
