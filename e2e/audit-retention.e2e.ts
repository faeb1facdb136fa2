import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import pino from 'pino';
import { type Connection, connect } from '@/db/client';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded/launcher';
import { writtenDaysAgo } from '@/db/testing/old-audit';
import { removeAuditDays } from '@/server/jobs/audit-retention';
import { createAuditSigner } from '@/server/security/audit-signer';
import { type Running, startSwitchyard } from '@/server/testing/switchyard';
import { ADA, WITH_ADA } from './support/console';

const key = randomBytes(32);
let folder: string;
let database: EmbeddedPostgres;
let connection: Connection;
let server: Running;

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchyard-audit-'));
  database = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    durable: false,
    log: () => {},
  });
  server = await startSwitchyard('server/main', {
    ...WITH_ADA,
    DATABASE_URL: database.url,
    SWITCHYARD_SECRET_KEY: key.toString('base64'),
  });
  connection = connect(database.url, 1);
});
test.afterAll(async () => {
  await connection?.close();
  await server?.stop();
  await database?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the job does at night. */
const night = () =>
  removeAuditDays(
    { db: connection.db, log: pino({ level: 'silent' }), auditSigner: createAuditSigner([key]) },
    new AbortController().signal,
  );

test('an administrator says how long the audit log is kept, and sees what is kept of the days before', async ({
  page,
}) => {
  for (const days of [90, 80, 10]) await writtenDaysAgo(connection.db, days, ['PLN-1', 'PLN-2']);
  await page.goto(`${server.url}/login`);
  await page.getByLabel('E-mail').fill(ADA.email);
  await page.getByLabel('Password').first().fill(ADA.password);
  await page.locator('button[type=submit]').click();
  await expect(page).not.toHaveURL(/\/login/);

  await page.goto(`${server.url}/settings/defaults`);
  const section = page.locator('section', { hasText: 'How long the audit log is kept' });
  await expect(section.getByText('For ever: nothing is removed.')).toBeVisible();
  await section.getByRole('button', { name: 'Change…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Days').fill('20');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('30 days at least', { exact: false })).toBeVisible();
  await dialog.getByLabel('Days').fill('40');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('They do not come back.', { exact: false })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep 40 days of the audit log' }).click();
  await expect(section.getByText('40 days. What is older is kept as summaries alone.')).toBeVisible();

  expect(await night()).toBe(2);
  await page.goto(`${server.url}/audit`);
  await expect(
    page.getByText(/^Through \d{4}-\d\d-\d\d only a summary of each day is kept\.$/),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Show the summaries…' }).click();
  await expect(page.getByRole('dialog').getByText('plan.start 2')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Check the log' }).click();
  await expect(page.getByRole('dialog').getByText(/as written/)).toBeVisible();
  await expect(
    page.getByRole('dialog').getByText(/summaries are kept: of 2 days with 4 entries/),
  ).toBeVisible();
  await page.keyboard.press('Escape');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'JSON' }).click(),
  ]);
  const saved = JSON.parse(readFileSync(await download.path(), 'utf8'));
  expect(saved.summaries.map(({ told }: { told: { entries: number } }) => told.entries)).toEqual([2, 2]);
  const signer = createAuditSigner([key]);
  for (const { summary, signatures } of saved.summaries)
    expect(signer.check(summary, signatures[0].keyId, signatures[0].signature)).toBe('good');
  expect(saved.entries.at(-1).chain).toBe(saved.summaries[0].told.last.chain + 1);
});
