import { expect, type Page, test } from '@playwright/test';
import { codeNow } from '@/server/testing/authenticator';
import { axeOn, LANGUAGES, speak, violationsOn } from './support/accessibility';
import { ADA, Console, WITH_ADA } from './support/console';

const server = Console.ofFile('server/main', WITH_ADA);

test.describe.configure({ mode: 'serial' });

/** What is wrong with what is shown now, light and dark: with the dialog, where there is one, else with the page. */
async function violationsNow(page: Page): Promise<string[]> {
  const found: string[] = [];
  const shown = (await page.getByRole('dialog').count()) > 0 ? '[role=dialog]' : 'body';
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
    const { violations } = await axeOn(page).include(shown).analyze();
    found.push(...violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map((n) => n.html)}`));
  }
  return found;
}

/** As far as the password goes. */
async function givePassword(page: Page): Promise<void> {
  await server.open(page, '/login');
  await page.locator('input[name=email]').fill(ADA.email);
  await page.locator('input[name=password]').fill(ADA.password);
  await page.locator('button[type=submit]').click();
  await page.locator('input[name=code]').waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies();
}

/** From the password on, as the dialog and the page for who must have one lead. Answers with the secret and the backup codes. */
async function setUp(page: Page): Promise<{ secret: string; backupCodes: string[] }> {
  await page.getByLabel('Your password').first().fill(ADA.password);
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('img', { name: 'For your authenticator' })).toBeVisible();
  expect(await violationsNow(page)).toEqual([]);
  const secret = (await page.getByTestId('second-factor-secret').innerText()).replaceAll(' ', '');
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('This code is not right.', { exact: false })).toBeVisible();
  // Holds through the next period too, should this one end before it is looked at.
  await page.getByLabel('Code').fill(codeNow(secret));
  await page.getByRole('button', { name: 'Confirm' }).click();
  const codes = page.getByLabel('Backup codes');
  await expect(codes).toBeVisible();
  expect(await violationsNow(page)).toEqual([]);
  const backupCodes = (await codes.inputValue()).split('\n');
  await page.getByRole('button', { name: 'Done' }).click();
  return { secret, backupCodes };
}

test('sets a second factor up, signs in with it, and switches it off', async ({ page }) => {
  await server.signIn(page);
  await server.open(page, '/settings/profile');
  await expect(page.getByText('Off: your password alone is enough.')).toBeVisible();
  await page.getByRole('button', { name: 'Set up' }).click();
  const { secret, backupCodes } = await setUp(page);
  await expect(page.getByText('On: a code is asked for when you sign in.')).toBeVisible();

  await signOut(page);
  await givePassword(page);
  // The password alone opens nothing.
  const other = await page.context().newPage();
  await server.open(other, '/plans');
  await expect(other).toHaveURL(/\/login/);
  await other.close();
  // A code counts once: this one is of a later period than that of the set-up.
  await page.getByLabel('Code').fill(codeNow(secret, 1));
  await page.locator('button[type=submit]').click();
  await expect(page).not.toHaveURL(/\/login/);

  await signOut(page);
  await givePassword(page);
  await page.getByRole('button', { name: 'Use a backup code' }).click();
  await page.getByLabel('Backup code').fill(backupCodes[0]?.replace('-', ' ') ?? '');
  await page.locator('button[type=submit]').click();
  await expect(page).not.toHaveURL(/\/login/);

  await server.open(page, '/settings/profile');
  await page.getByRole('button', { name: 'Switch off' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').first().fill('not the password');
  await dialog.getByRole('button', { name: 'Switch off' }).click();
  await expect(dialog.getByText('This is not your current password.')).toBeVisible();
  await dialog.getByLabel('Your password').first().fill(ADA.password);
  await dialog.getByRole('button', { name: 'Switch off' }).click();
  await expect(page.getByText('Off: your password alone is enough.')).toBeVisible();
});

test('leads who must have one to setting it up, before anything else', async ({ page }) => {
  await server.signIn(page);
  await server.open(page, '/settings/members');
  await page.getByLabel('Required of').selectOption('Administrators');
  await page.getByRole('button', { name: /^Require a second factor/ }).click();
  // Nobody shuts the door on themselves.
  await expect(page.getByText('Set up your own second factor first', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Keep as is' }).click();

  await server.open(page, '/settings/profile');
  await page.getByRole('button', { name: 'Set up' }).click();
  await setUp(page);
  await expect(page.getByText('On: a code is asked for when you sign in.')).toBeVisible();
  await server.open(page, '/settings/members');
  await page.getByLabel('Required of').selectOption('Administrators');
  await page.getByRole('button', { name: /^Require a second factor/ }).click();
  await expect(page.getByLabel('Required of')).toHaveValue('admin');
  expect(await violationsOn(page, server.running.url, ['/settings/members', '/settings/profile'])).toEqual(
    [],
  );
  await speak(page, server.running.url, 'en');

  // Somebody who lost theirs: all their sessions end.
  await server.open(page, '/settings/members');
  await page.getByRole('button', { name: /^Take away/ }).click();
  // Whoever leaves the page before it is done takes it back.
  const done = page.waitForResponse(
    (answer) => answer.request().method() === 'POST' && answer.url().includes('/api/trpc/'),
  );
  await page.getByRole('button', { name: /^Take the second factor/ }).click();
  expect((await done).status()).toBe(200);
  await server.open(page, '/plans?q=eu');
  await expect(page).toHaveURL(/\/login/);
  await page.getByLabel('E-mail').fill(ADA.email);
  await page.getByLabel('Password').first().fill(ADA.password);
  await page.locator('button[type=submit]').click();
  await expect(page).toHaveURL(/\/second-factor/);
  expect(await violationsOn(page, server.running.url, ['/second-factor'])).toEqual([]);
  await speak(page, server.running.url, 'en');
  for (const shut of ['/plans', '/settings/members']) {
    await server.open(page, shut);
    await expect(page).toHaveURL(/\/second-factor/);
  }
  const refused = await page.request.get(`${server.running.url}/api/trpc/plans.list`);
  expect(refused.status()).toBe(401);
  await server.open(page, '/second-factor?next=/tenants');
  await setUp(page);
  await expect(page).toHaveURL(/\/tenants$/);
});

test('asks for the code in each language, so that everybody can read it', async ({ page }) => {
  for (const language of LANGUAGES) {
    await signOut(page);
    await speak(page, server.running.url, language);
    await givePassword(page);
    expect(await violationsNow(page)).toEqual([]);
    await page.getByRole('button', { name: language === 'en' ? 'Use a backup code' : '使用备用码' }).click();
    expect(await violationsNow(page)).toEqual([]);
  }
});
