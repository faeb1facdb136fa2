import { call } from '@/server/testing/switchyard';
import type { BenchServer } from '../database';
import { median } from '../figures';
import { spawnProgram } from './spawn';
import { Viewer } from './viewer';
import { startWorld, type World } from './world';

const CONCURRENCY = 50;

export interface Watched {
  viewers: number;
  tasksPerSecond: number;
}

/** The same plan again and again, watched by more and more pages: what they cost the run. */
export function measureCrowd(
  server: BenchServer,
  tasks: number,
  crowds: readonly number[],
  rounds: number,
): Promise<Watched[]> {
  return server.withDatabase(async (url) => {
    const world = await startWorld(url, tasks);
    const taken = new Map<number, number[]>(crowds.map((viewers) => [viewers, []]));
    try {
      // Once for nothing: what is slow at first is slow for whoever comes first.
      await once(world, 0);
      for (let round = 1; round <= rounds; round += 1) {
        for (const viewers of crowds) {
          const seconds = await once(world, viewers);
          taken.get(viewers)?.push(seconds);
          console.log(`  round ${round}: ${viewers} viewers: ${seconds.toFixed(2)} s`);
        }
      }
    } finally {
      await world.close();
    }
    return [...taken].map(([viewers, seconds]) => ({ viewers, tasksPerSecond: tasks / median(seconds) }));
  });
}

async function once(world: World, viewers: number): Promise<number> {
  const { url } = world.server;
  const { planId } = await world.createPlan(world.tenantIds, CONCURRENCY);
  const { planSeq } = await call<{ planSeq: number }>(url, 'plans.get', 'query', { planId });
  const crowd = spawnProgram('system/crowd-process.ts', [url, planId, `${planSeq}`, `${viewers}`]);
  await crowd.said(/^joined$/);
  // One who reads along, in every round, so that the end is seen.
  const reader = await Viewer.connect(url);
  await reader.follow(planId, planSeq);
  const ended = reader.until((event) => event.planId === planId && event.kind === 'PlanCompleted');
  const began = performance.now();
  await call(url, 'plans.start', 'mutation', { planId });
  await ended;
  const seconds = (performance.now() - began) / 1000;
  reader.close();
  crowd.process.kill('SIGKILL');
  return seconds;
}
