import { call } from '@/server/testing/switchyard';
import type { BenchServer } from '../database';
import { percentile } from '../figures';
import type { Asked } from './ask-process';
import { spawnProgram } from './spawn';
import { Viewer } from './viewer';
import { startWorld, type World } from './world';

const CONCURRENCY = 100;
const CLICKS = 60;

export type Busy = Awaited<ReturnType<typeof measureBusy>>;

/** A large plan runs, a page follows it, operators click and look around: how long everything takes meanwhile. */
export function measureBusy(server: BenchServer, tasks: number) {
  return server.withDatabase(async (url) => {
    const world = await startWorld(url, tasks + CLICKS);
    try {
      return await busy(world, tasks);
    } finally {
      await world.close();
    }
  });
}

async function busy(world: World, tasks: number) {
  const small: string[] = [];
  for (const tenantId of world.tenantIds.slice(tasks))
    small.push((await world.createPlan([tenantId], 1)).planId);
  const { planId, millis } = await world.createPlan(world.tenantIds.slice(0, tasks), CONCURRENCY);
  const viewer = await Viewer.connect(world.server.url);
  await viewer.follow(planId, await lastSeq(world, planId));
  const ended = viewer.until((event) => event.planId === planId && event.kind === 'PlanCompleted');
  const { url } = world.server;
  const asker = spawnProgram('system/ask-process.ts', [url, planId]);
  const operator = spawnProgram('system/click-process.ts', [url, ...small]);
  const results = [asker, operator].map(async ({ said }) =>
    JSON.parse((await said(/^result (.*)$/))[1] ?? ''),
  );
  const began = performance.now();
  await call(url, 'plans.start', 'mutation', { planId });
  await ended;
  const seconds = (performance.now() - began) / 1000;
  asker.process.stdin?.end();
  const [requests, clicks] = (await Promise.all(results)) as [Asked[], number[]];
  viewer.close();
  return {
    tasks,
    createMillis: millis,
    tasksPerSecond: tasks / seconds,
    clickToRunning: spread(clicks),
    commitToBrowser: spread(viewer.ages),
    requests,
  };
}

async function lastSeq(world: World, planId: string): Promise<number> {
  const { planSeq } = await call<{ planSeq: number }>(world.server.url, 'plans.get', 'query', { planId });
  return planSeq;
}

function spread(values: readonly number[]) {
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) };
}
