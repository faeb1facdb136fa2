import { call } from '@/server/testing/switchyard';
import type { BenchServer } from '../database';
import { Viewer } from '../system/viewer';
import { startWorld, type World } from '../system/world';
import { clickPause, lookAround } from './clicks';
import { countFrames, type Frames, inRounds, scrollFrames } from './frames';
import { type News, Stored, watchNews } from './news';
import { ACCOUNT, type Opened, throttle, Visitor, vitalsOf } from './page';
import { type Screen, type Snapshot, weigh, weighSnapshot } from './weight';

/** Tasks at once, and what a target takes for an answer: so a plan of ten thousand runs for some minutes. */
const CONCURRENCY = 30;
const ANSWER_MILLIS = 150;

/** A page in one state of plan and computer. */
export interface Scene {
  throttle: number;
  running: boolean;
  still: Frames;
  scrolling: Frames;
  news: News | null;
}

export interface UiFigures {
  tasks: number;
  scenes: Scene[];
  screens: Screen[];
  snapshots: { before: Snapshot; after: Snapshot };
  pauseMillis: number[];
  inp: number;
}

export interface Size {
  tasks: number;
  /** How long a scene is looked at. */
  millis: number;
  failures: number;
}

/** A large plan in a real browser, before it starts and while it runs, as it is and with a slow computer. */
export function measureLargePlan(server: BenchServer, size: Size, home: string): Promise<UiFigures> {
  return server.withDatabase(async (databaseUrl) => {
    const env = { SWITCHYARD_ADMIN_EMAIL: ACCOUNT.email, SWITCHYARD_ADMIN_PASSWORD: ACCOUNT.password };
    const world = await startWorld(databaseUrl, size.tasks, { answerMillis: ANSWER_MILLIS, env, home });
    try {
      const visitor = await Visitor.signIn(world.server.url);
      try {
        return await measure(world, visitor, size);
      } finally {
        await visitor.close();
      }
    } finally {
      await world.close();
    }
  });
}

async function measure(world: World, visitor: Visitor, size: Size): Promise<UiFigures> {
  const { url } = world.server;
  const { planId } = await world.createPlan(world.tenantIds, CONCURRENCY);
  console.log(`  ${planId} is there`);
  const screens = await weighScreens(visitor, url, planId);
  const opened = await openPlan(visitor, url, planId);
  const before = weighSnapshot(opened);
  const scenes: Scene[] = [];
  for (const rate of [1, 4]) scenes.push(await look(opened, { rate, size }));

  const viewer = await Viewer.connect(url);
  const { planSeq } = await call<{ planSeq: number }>(url, 'plans.get', 'query', { planId });
  await viewer.follow(planId, planSeq);
  const stored = new Stored(viewer, planId);
  await call(url, 'plans.start', 'mutation', { planId });
  const pauseMillis = await clickPause(opened, 5);
  console.log('  clicked Pause');
  await lookAround(opened);
  console.log('  looked around');
  const { inp } = await vitalsOf(opened);
  for (const rate of [1, 4]) scenes.push(await look(opened, { rate, size, running: { world, stored } }));
  if (stored.ended) throw new Error('The plan was over before everything was measured');
  viewer.close();
  const again = await openPlan(visitor, url, planId);
  const after = weighSnapshot(again);
  return { tasks: size.tasks, scenes, screens, snapshots: { before, after }, pauseMillis, inp };
}

async function weighScreens(visitor: Visitor, url: string, planId: string): Promise<Screen[]> {
  const { path } = await call<{ path: string }>(url, 'shares.create', 'mutation', { planId, days: 1 });
  const routes = ['/plans', '/plans/new', '/tenants', '/executor', '/audit', '/playbooks', '/versions'];
  const screens: Screen[] = [await weigh(visitor, url, `/plans/${planId}`, { named: '/plans/[id]' })];
  for (const route of routes) screens.push(await weigh(visitor, url, route, { times: 1 }));
  screens.push(
    await weigh(visitor, url, `/plans/${planId}/tasks/${planId}.1`, {
      named: '/plans/[id]/tasks/[taskId]',
      times: 1,
    }),
    await weigh(visitor, url, path, { named: '/s/[token]', times: 1 }),
  );
  return screens;
}

async function openPlan(visitor: Visitor, url: string, planId: string): Promise<Opened> {
  const opened = await visitor.open(`${url}/plans/${planId}`);
  await opened.page.locator('[data-task]').first().waitFor();
  return opened;
}

async function look(
  opened: Opened,
  { rate, size, running }: { rate: number; size: Size; running?: { world: World; stored: Stored } },
): Promise<Scene> {
  const { page } = opened;
  await throttle(opened, rate);
  await page.mouse.move(5, 5);
  await page.evaluate(() => window.scrollTo(0, 0));
  const { millis, failures } = size;
  const still = await inRounds(() => countFrames(opened, millis));
  const scrolling = await inRounds(() => scrollFrames(opened, millis));
  const news = running
    ? await watchNews(opened, running.world, running.stored, { millis: millis * 3, failures })
    : null;
  await throttle(opened, 1);
  console.log(`  looked at it, ${running ? 'running' : 'at rest'}, ×${rate}`);
  return { throttle: rate, running: running !== undefined, still, scrolling, news };
}
