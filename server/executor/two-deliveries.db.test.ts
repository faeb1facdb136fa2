import pino from 'pino';
import { Agent } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { readOutlook, readRuns } from '@/db/queries/execution';
import { beatNode } from '@/db/queries/nodes';
import { admitRound } from './admission';
import { postgresCheckpoints } from './checkpoints/postgres';
import { DatabaseClock } from './database-clock';
import type { Dispatch } from './dispatch/dispatcher';
import { renumber } from './renumber';
import { Fenced } from './run-session';
import { runTask } from './run-task';
import { Harness } from './testing/harness';

let harness: Harness;
afterEach(() => harness.close());

it('a run whose delivery was taken for lost while it was being claimed sends nothing', async () => {
  harness = await Harness.start({ fleet: { version: 'v1', tenants: [{ tenantId: 'acme', instances: 1 }] } });
  const { deps } = harness;
  const node = { nodeId: 'a', host: 'here', pid: 1, mode: 'pg-boss', executing: true, slots: 1 } as const;
  await beatNode(deps.db, node);
  const planId = await harness.createPlan();
  await harness.startPlan(planId);
  const admitted = await Promise.all(
    (await admitRound(deps, await readOutlook(deps.db))).map(({ done }) => done),
  );
  const dispatch = admitted.flat()[0];
  if (!dispatch) throw new Error('Nothing was admitted');
  // The sweep of another node comes between the look at the row and the claim.
  const sent: Dispatch[] = [];
  const overtaken: typeof deps.committer = {
    ...deps.committer,
    commitTransition: async (commit, commitId) => {
      if (commit.tasks[0]?.claim) sent.push(...(await renumber(deps, [dispatch])));
      return deps.committer.commitTransition(commit, commitId);
    },
  };
  const run = runTask(
    {
      ...deps,
      committer: overtaken,
      clock: new DatabaseClock(),
      delay: async () => {},
      nodeId: node.nodeId,
      readRun: async (taskId) => (await readRuns(deps.db, [taskId])).get(taskId) ?? null,
      http: new Agent(),
      checkpoints: postgresCheckpoints(deps.db),
      log: pino({ level: 'silent' }),
      secretsOf: async () => ({}),
      draining: () => false,
      began: () => {},
    },
    dispatch,
    new AbortController().signal,
  );
  await expect(run).rejects.toThrow(Fenced);
  expect(harness.fleet.requests).toHaveLength(0);
  // The other delivery finds the task as it was admitted: nobody ever had it.
  expect(sent).toEqual([{ taskId: dispatch.taskId, run: dispatch.run + 1 }]);
  expect((await readRuns(deps.db, [dispatch.taskId])).get(dispatch.taskId)?.read).toMatchObject({
    run: dispatch.run + 1,
    epoch: 0,
    claimed: false,
  });
});
