import { expect, type Page, test } from '@playwright/test';
import { ADA, Console, WITH_ADA } from './support/console';

const console_ = Console.ofFile('server/main', WITH_ADA);

/** Asks as the person who is signed in there. */
async function ask<T>(page: Page, procedure: string, input: object): Promise<T> {
  const { url } = console_.running;
  const response = await page.request.post(`${url}/api/trpc/${procedure}`, {
    headers: { origin: url },
    data: { json: input },
  });
  expect(response.ok(), await response.text()).toBe(true);
  return ((await response.json()) as { result: { data: { json: T } } }).result.data.json;
}

/** As the browser's own field takes it: a time of this clock, so many minutes from now. */
const minutesAhead = (minutes: number) => {
  const at = new Date(Date.now() + minutes * 60_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const PICTURES = process.env.DEADLINE_PICTURES;
async function picture(page: Page, name: string) {
  if (!PICTURES) return;
  for (const width of [1440, 375])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${PICTURES}/${name}-${width}-${colorScheme}.png` });
    }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

test('a plan is held by its deadline, waits for somebody, and goes on once that is moved', async ({
  page,
}) => {
  await console_.signIn(page, ADA);
  const version = { unitId: 'router', version: 'v2' };
  await ask(page, 'versions.create', { ...version, unitName: 'Router', payload: '{}' });
  const endpoints = [{ key: 'a', url: 'http://127.0.0.1:9', labels: {} }];
  const tenantIds = ['acme', 'borealis'];
  await ask(page, 'tenants.import', { tenants: tenantIds.map((tenantId) => ({ tenantId, endpoints })) });
  const steps = [{ name: 'Look', type: 'approval', instructions: 'Is the pager quiet?' }];
  const definition = { stages: [{ name: 'Sign off', steps }] };
  await ask(page, 'playbooks.save', { playbookId: 'signed', name: 'Signed', definition });

  const plan = { name: 'Night window', tenantIds, playbookId: 'signed', ...version };
  const { planId } = await ask<{ planId: string }>(page, 'plans.create', plan);
  await console_.open(page, `/plans/${planId}`);
  await page.getByRole('button', { name: 'Deadline…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('From then on nothing of the plan begins');
  await dialog.getByLabel('To be finished by').fill('2020-01-01T00:00');
  await dialog.getByRole('button', { name: 'Set the deadline' }).click();
  await expect(dialog).toContainText('The deadline lies in the past. Choose a later one.');
  await dialog.getByLabel('To be finished by').fill(minutesAhead(90));
  await picture(page, 'dialog');
  await dialog.getByRole('button', { name: 'Set the deadline' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/to be finished by/)).toBeVisible();

  await ask(page, 'plans.setDeadline', { planId, finishBy: new Date(Date.now() + 3000).toISOString() });
  await ask(page, 'plans.start', { planId });
  await expect(page.getByText('Its deadline,').first()).toBeVisible();
  await expect(page.getByText('What runs reaches its end, nothing new begins.')).toBeVisible();
  await picture(page, 'held');

  await console_.open(page, '/executor');
  await expect(page.getByRole('list', { name: 'Plans whose deadline passed' })).toContainText(
    '2 of 2 tenants not finished',
  );
  await picture(page, 'waiting');
  await page
    .getByRole('list', { name: 'Plans whose deadline passed' })
    .getByRole('link', { name: 'Look at it' })
    .click();
  await page.getByRole('button', { name: 'Move the deadline…' }).click();
  await dialog.getByLabel('To be finished by').fill(minutesAhead(120));
  await dialog.getByLabel('If it is not').selectOption('rollback');
  await dialog.getByRole('button', { name: 'Set the deadline' }).click();
  await expect(page.getByText('What runs reaches its end, nothing new begins.')).toBeHidden();
  await page.getByRole('tab', { name: 'Events' }).click();
  await expect(page.getByText('is rolled back then, set by').first()).toBeVisible();
  await expect(page.getByText('has passed. What runs reaches its end').first()).toBeVisible();
  await picture(page, 'events');
});

test('a plan that is not done by its deadline at its pace says so beforehand', async ({ page }) => {
  await console_.signIn(page, ADA);
  const version = { unitId: 'slow', version: 'v2' };
  await ask(page, 'versions.create', { ...version, unitName: 'Slow', payload: '{}' });
  const endpoints = [{ key: 'a', url: 'http://127.0.0.1:9', labels: {} }];
  const tenantIds = Array.from({ length: 60 }, (_, n) => `tenant-${n}`);
  await ask(page, 'tenants.import', { tenants: tenantIds.map((tenantId) => ({ tenantId, endpoints })) });
  const steps = [{ name: 'Wait', type: 'wait', seconds: 1 }];
  const definition = { stages: [{ name: 'Wait', steps }] };
  await ask(page, 'playbooks.save', { playbookId: 'slow', name: 'Slow', definition });
  const { planId } = await ask<{ planId: string }>(page, 'plans.create', {
    ...{ name: 'Too much', tenantIds, playbookId: 'slow', maxConcurrency: 1, ...version },
    settings: {
      ...{ maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
      waves: [{ size: { count: 3 }, bakeSeconds: 3600 }],
    },
    finishBy: new Date(Date.now() + 40_000).toISOString(),
  });
  await ask(page, 'plans.start', { planId });
  await console_.open(page, `/plans/${planId}`);
  await expect(page.getByText(/At this pace \d+ of 60 tenants by its deadline/)).toBeVisible();
  await expect(page.getByText('What has not begun by then waits for you.')).toBeVisible();
  await picture(page, 'slow');
});
