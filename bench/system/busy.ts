import { setTimeout as delay } from 'node:timers/promises';
import { call } from '@/server/testing/switchyard';
import type { BenchServer } from '../database';
import { percentile } from '../figures';
import { Viewer } from './viewer';
import { startWorld, type World } from './world';

const CONCURRENCY = 100;
const CLICKS = 60;
const ASK_EVERY_MS = 50;

/** The slowest and the usual answer to one kind of request, in milliseconds. */
export interface Asked {
  procedure: string;
  count: number;
  p50: number;
  max: number;
}

export interface Busy {
  tasks: number;
  createMillis: number;
  tasksPerSecond: number;
  clickToRunning: { p50: number; p95: number; p99: number };
  commitToBrowser: { p50: number; p95: number; p99: number };
  requests: Asked[];
}

/** A large plan runs, a page follows it, operators click and look around: how long everything takes meanwhile. */
export function measureBusy(server: BenchServer, tasks: number): Promise<Busy> {
  return server.withDatabase(async (url) => {
    const world = await startWorld(url, tasks + CLICKS);
    try {
      return await busy(world, tasks);
    } finally {
      await world.close();
    }
  });
}

async function busy(world: World, tasks: number): Promise<Busy> {
  const small: string[] = [];
  for (const tenantId of world.tenantIds.slice(tasks))
    small.push((await world.createPlan([tenantId], 1)).planId);
  const { planId, millis } = await world.createPlan(world.tenantIds.slice(0, tasks), CONCURRENCY);
  const viewer = await Viewer.connect(world.server.url);
  await viewer.follow(planId, await lastSeq(world, planId));
  const ended = viewer.until((event) => event.planId === planId && event.kind === 'PlanCompleted');
  let running = true;
  const began = performance.now();
  await call(world.server.url, 'plans.start', 'mutation', { planId });
  const asking = ask(world, planId, () => running);
  const clicks = await click(world, small);
  await ended;
  running = false;
  const seconds = (performance.now() - began) / 1000;
  viewer.close();
  return {
    tasks,
    createMillis: millis,
    tasksPerSecond: tasks / seconds,
    clickToRunning: spread(clicks),
    commitToBrowser: spread(viewer.ages),
    requests: await asking,
  };
}

async function lastSeq(world: World, planId: string): Promise<number> {
  const { planSeq } = await call<{ planSeq: number }>(world.server.url, 'plans.get', 'query', { planId });
  return planSeq;
}

/** Starts one small plan after the other; milliseconds from the click to the stored start of its task. */
async function click(world: World, plans: readonly string[]): Promise<number[]> {
  const viewer = await Viewer.connect(world.server.url);
  const taken: number[] = [];
  for (const planId of plans) {
    await viewer.follow(planId, await lastSeq(world, planId));
    const started = viewer.until((event) => event.planId === planId && event.kind === 'TaskStarted');
    const clicked = Date.now();
    await call(world.server.url, 'plans.start', 'mutation', { planId });
    taken.push(Date.parse((await started).event.at) - clicked);
    await delay(ASK_EVERY_MS);
  }
  viewer.close();
  return taken;
}

/** What people look at meanwhile, one request after the other. */
async function ask(world: World, planId: string, running: () => boolean): Promise<Asked[]> {
  const questions: [string, object | undefined][] = [
    ['plans.list', {}],
    ['plans.get', { planId }],
    ['plans.snapshot', { planId }],
    ['tasks.list', { planId, status: ['FAILED', 'RUNNING'], limit: 200 }],
    ['tasks.get', { taskId: `${planId}.1` }],
    ['plans.events', { planId, after: 0 }],
    ['tenants.list', {}],
    ['executor.nodes', undefined],
    ['audit.list', {}],
  ];
  const taken = new Map<string, number[]>(questions.map(([procedure]) => [procedure, []]));
  while (running()) {
    for (const [procedure, input] of questions) {
      const began = performance.now();
      await call(world.server.url, procedure, 'query', input);
      taken.get(procedure)?.push(performance.now() - began);
      await delay(ASK_EVERY_MS);
    }
  }
  return [...taken].map(([procedure, all]) => ({
    procedure,
    count: all.length,
    p50: percentile(all, 0.5),
    max: Math.max(...all),
  }));
}

function spread(values: readonly number[]) {
  return { p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) };
}
