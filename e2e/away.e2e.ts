import { expect, type Page, test } from '@playwright/test';
import { call, type Running } from '@/server/testing/switchyard';
import { ADA, WITH_ADA } from './support/console';
import { planOf, seedFleet } from './support/fleet-plan';
import { type FleetWorld, startFleetWorld } from './support/fleet-world';

const TENANTS = 400;
const MISSED = 5000;

let world: FleetWorld;
let server: Running;

test.beforeAll(async () => {
  world = await startFleetWorld({ tenants: TENANTS, slots: 200 });
  server = await world.start(WITH_ADA);
  await seedFleet(server.url, world.fleet);
  // With a failure among them, so that there is more to be told than a percentage.
  world.fleet.setFault('t7', { kind: 'deny' });
});
test.afterAll(() => world.close());

test('who was away while five thousand events were stored has lost none of them', async ({
  page,
  context,
}) => {
  const { planId } = await call<{ planId: string }>(
    server.url,
    'plans.create',
    'mutation',
    planOf(world.fleet, 'v2', 100),
  );
  const signedIn = await context.request.post(`${server.url}/api/auth/sign-in/email`, {
    data: ADA,
    headers: { origin: server.url },
  });
  expect(signedIn.ok()).toBe(true);
  const line = await lineOf(page);
  await page.goto(`${server.url}/plans/${planId}`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const seen = await planSeq(planId);

  await line.cut();
  await expect(page.getByRole('status').filter({ hasText: 'The connection is away' })).toBeVisible();
  await call(server.url, 'plans.start', 'mutation', { planId });
  await expect.poll(() => settled(planId)).toBe(true);
  await expect(page.getByTestId('plan-status')).toHaveAttribute('data-status', 'READY');
  const missed = (await planSeq(planId)) - seen;
  expect(missed).toBeGreaterThanOrEqual(MISSED);

  line.mend();
  const news = page.getByRole('status').filter({ hasText: 'Caught up:' });
  await expect(news.first()).toBeVisible();
  const told = /Caught up: ([\d,]+) events/.exec((await news.first().textContent()) ?? '')?.[1];
  expect(Number(told?.replaceAll(',', ''))).toBe(missed);

  await test.step('the page shows what one shows that was opened just now', async () => {
    const fresh = await context.newPage();
    await fresh.goto(`${server.url}/plans/${planId}`);
    await expect(fresh.getByText('Live', { exact: true })).toBeVisible();
    await expect(page.getByTestId('plan-status')).toHaveAttribute('data-status', 'PARTIAL_FAILED');
    expect(await shownOn(page)).toEqual(await shownOn(fresh));
  });
});

/** The sockets of a page, which can be cut as a tunnel or a lift cuts them. */
async function lineOf(page: Page): Promise<{ cut(): Promise<void>; mend(): void }> {
  let away = false;
  const sockets = new Set<{ close(): Promise<void> }>();
  await page.routeWebSocket(/socket\.io/, (socket) => {
    if (away) return void socket.close();
    socket.connectToServer();
    sockets.add(socket);
  });
  await page.route('**/socket.io/**', (route) => (away ? route.abort() : route.fallback()));
  return {
    cut: async () => {
      away = true;
      for (const socket of sockets) await socket.close();
    },
    mend: () => {
      away = false;
    },
  };
}

const overview = (planId: string) =>
  call<{ planSeq: number; endedAt: string | null }>(server.url, 'plans.get', 'query', { planId });
const planSeq = async (planId: string) => (await overview(planId)).planSeq;
const settled = async (planId: string) => (await overview(planId)).endedAt !== null;

/** What a person reads of a plan: how it stands, what is counted, the lanes in view. */
async function shownOn(page: Page) {
  const lanes = page.getByRole('treegrid', { name: 'Timeline' });
  await expect(lanes.getByRole('row', { name: 't7' })).toHaveAttribute('data-status', 'FAILED');
  return {
    percent: await page.getByTestId('plan-percent').textContent(),
    headline: await page.getByTestId('plan-headline').textContent(),
    counts: await page.getByRole('button', { name: /^(Completed|Failed)/ }).allTextContents(),
    failures: await page.getByRole('region', { name: 'Failures' }).textContent(),
    rows: await lanes.getAttribute('aria-rowcount'),
    lanes: await lanes
      .getByRole('row')
      .evaluateAll((rows) =>
        rows.slice(0, 8).map((row) => [row.getAttribute('aria-label'), row.getAttribute('data-status')]),
      ),
  };
}

test('who looks elsewhere is told by the browser, if they want to be', async ({ page, context }) => {
  await context.addInitScript(recordNotifications);
  await context.request.post(`${server.url}/api/auth/sign-in/email`, {
    data: ADA,
    headers: { origin: server.url },
  });
  await page.goto(`${server.url}/settings/profile`);
  await page.getByLabel('Notify me in this browser').check({ force: true });
  await page.getByLabel('Approval needed').uncheck();
  await page.getByText('All', { exact: true }).click();
  await page.reload();
  await expect(page.getByLabel('Approval needed')).not.toBeChecked();
  await expect(page.getByLabel('Tenant failed')).toBeChecked();

  const run = async (version: string) => {
    const plan = { ...planOf(world.fleet, version, 3), tenantIds: ['t1', 't7'] };
    const { planId } = await call<{ planId: string }>(server.url, 'plans.create', 'mutation', plan);
    await call(server.url, 'plans.start', 'mutation', { planId });
    await expect.poll(() => settled(planId)).toBe(true);
    return planId;
  };
  await page.evaluate(() => Object.assign(window, { away: true }));
  const planId = await run('v3');
  const told = () =>
    page.evaluate(() =>
      (window as unknown as { told: Told[] }).told.map(({ title, body }) => ({ title, body })),
    );
  await expect.poll(told).toHaveLength(2);
  expect(await told()).toEqual(
    expect.arrayContaining([
      { title: 't7 failed', body: `${planId} · Switch to v3` },
      { title: 'Finished with failures', body: `${planId} · Switch to v3` },
    ]),
  );
  await page.evaluate(() =>
    (window as unknown as { told: Told[] }).told.find(({ title }) => title === 't7 failed')?.onclick?.(),
  );
  await expect(page).toHaveURL(new RegExp(`/plans/${planId}/tasks/`));
});

interface Told {
  title: string;
  body: string;
  onclick?: () => void;
}

/** Runs in the page: what it would show, and whether somebody looks, are for the test to see and to say. */
function recordNotifications(): void {
  const told: Told[] = [];
  Object.assign(window, { told, away: false });
  class Recorded {
    static permission = 'granted';
    static requestPermission = async () => 'granted';
    body: string;
    constructor(
      readonly title: string,
      options: { body: string },
    ) {
      this.body = options.body;
      told.push(this);
    }
    close() {}
  }
  Object.assign(window, { Notification: Recorded });
  Object.defineProperty(document, 'visibilityState', {
    get: () => ((window as unknown as { away: boolean }).away ? 'hidden' : 'visible'),
  });
}
