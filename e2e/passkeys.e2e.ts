import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { axeOn, LANGUAGES, speak } from './support/accessibility';
import { ADA, Console, WITH_ADA } from './support/console';

const server = Console.ofFile('server/main', WITH_ADA);

test.describe.configure({ mode: 'serial' });

/** Passkeys belong to a host with a name, which this machine has. */
const named = () => server.running.url.replace('127.0.0.1', 'localhost');
const open = (page: Page, route: string) => page.goto(`${named()}${route}`);

/** A device with a fingerprint reader, whose owner holds it. */
async function device(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

const passkeysIn = async ({ cdp, authenticatorId }: { cdp: CDPSession; authenticatorId: string }) =>
  (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

/** What is wrong with what is shown now, light and dark. */
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

async function signInByPassword(page: Page): Promise<void> {
  await open(page, '/login');
  await page.getByLabel('E-mail').fill(ADA.email);
  await page.getByLabel('Password').first().fill(ADA.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signInByPasskey(page: Page): Promise<void> {
  await open(page, '/login');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
}

async function add(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Your password').first().fill(ADA.password);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
}

const row = (page: Page, name: string) => page.getByRole('row', { name });

test('a passkey is added, signs in in place of the password, and is removed', async ({ page }) => {
  const phone = await device(page);
  await signInByPasskey(page);
  await expect(page.getByText('No passkey was used', { exact: false })).toBeVisible();
  expect(await violationsNow(page)).toEqual([]);

  await signInByPassword(page);
  await expect(page).not.toHaveURL(/\/login/);
  await open(page, '/settings/profile');
  await expect(page.getByText('You have none yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').first().fill('not the password');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText('This is not your current password.')).toBeVisible();
  expect(await violationsNow(page)).toEqual([]);
  await dialog.getByLabel('Name').fill('Phone');
  await dialog.getByLabel('Your password').first().fill(ADA.password);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(row(page, 'Phone')).toBeVisible();
  expect(await passkeysIn(phone)).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
  expect(await violationsNow(page)).toEqual([]);

  // The same device again.
  await add(page, 'Phone again');
  await expect(dialog.getByText('This device has a passkey of yours already.')).toBeVisible();

  await page.context().clearCookies();
  await signInByPasskey(page);
  await expect(page).not.toHaveURL(/\/login/);

  // Whoever holds it is not looked at.
  await page.context().clearCookies();
  const { cdp, authenticatorId } = phone;
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await signInByPasskey(page);
  await expect(page.getByText('No passkey was used', { exact: false })).toBeVisible();
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).not.toHaveURL(/\/login/);

  await open(page, '/settings/profile');
  await page.getByRole('button', { name: 'Remove Phone' }).click();
  await dialog.getByLabel('Your password').first().fill(ADA.password);
  expect(await violationsNow(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('You have none yet.')).toBeVisible();
  await page.context().clearCookies();
  await signInByPasskey(page);
  await expect(page.getByText('This passkey is not known here', { exact: false })).toBeVisible();
});

test('where a second factor is required, one is enough, and the password alone is not', async ({ page }) => {
  await device(page);
  await signInByPassword(page);
  await expect(page).not.toHaveURL(/\/login/);
  await open(page, '/settings/profile');
  await add(page, 'Phone');
  await expect(row(page, 'Phone')).toBeVisible();
  await open(page, '/settings/members');
  await page.getByLabel('Required of').selectOption('Administrators');
  await page.getByRole('button', { name: /^Require a second factor/ }).click();
  await expect(page.getByLabel('Required of')).toHaveValue('admin');

  await open(page, '/settings/profile');
  await expect(page.getByText('Off: you sign in with a passkey', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Remove Phone' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').first().fill(ADA.password);
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(dialog.getByText('this is your last', { exact: false })).toBeVisible();

  await page.context().clearCookies();
  await signInByPassword(page);
  await expect(page.getByText('yours is a passkey', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).not.toHaveURL(/\/login/);

  // Who lost theirs is let in by an administrator, and sets one up before anything else.
  await open(page, '/settings/members');
  await page.getByRole('button', { name: /^Take away/ }).click();
  const done = page.waitForResponse(
    (answer) => answer.request().method() === 'POST' && answer.url().includes('/api/trpc/'),
  );
  await page.getByRole('button', { name: /^Take the second factor/ }).click();
  expect((await done).status()).toBe(200);
  await signInByPassword(page);
  await expect(page).toHaveURL(/\/second-factor/);
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await page.getByLabel('Your password').first().fill(ADA.password);
  expect(await violationsNow(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page).not.toHaveURL(/\/second-factor/);
});

test('elsewhere they lead to the one address at which they work', async ({ page }) => {
  for (const language of LANGUAGES) {
    await speak(page, server.running.url, language);
    await server.open(page, '/login?next=/tenants');
    await page.getByRole('button', { name: language === 'en' ? 'with a passkey' : '通行密钥' }).click();
    const way = page.getByRole('alert').getByRole('link');
    await expect(way).toHaveAttribute('href', `${named()}/login?next=%2Ftenants`);
    expect(await violationsNow(page)).toEqual([]);
  }
});
