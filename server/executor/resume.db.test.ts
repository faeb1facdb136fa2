import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { readPlan, readTask } from '@/db/queries/runs';
import { Hold } from '@/demo/fleet/testing/hold';
import { ANY_APPROVER } from '@/domain/approval';
import { transitionPlan } from '@/domain/plan-transition';
import type { PlaybookDefinition } from '@/domain/playbook';
import type { Committer } from '@/server/commands/commit-transition';
import { commandPlan } from '@/server/commands/plan-commands';
import { stopExecutor } from '@/server/commands/stop-executor';
import { commandTask } from '@/server/commands/task-commands';
import type { Executor } from './executor';
import { Harness } from './testing/harness';

const asked = { actor: 'op', reason: null };

let harness: Harness;
let executor: Executor;
let planId: string;
let taskId: string;
afterEach(() => harness.close());

/** A committer that lets something happen once, between a decision and its commit. */
function overtaken(real: Committer, happen: () => Promise<unknown>): Committer {
  let due = true;
  return {
    ...real,
    commitTransition: async (commit, commitId) => {
      if (due) {
        due = false;
        await happen();
      }
      return real.commitTransition(commit, commitId);
    },
  };
}

const fleetOf = (...tenantIds: string[]) => ({
  version: 'v1',
  tenants: tenantIds.map((tenantId) => ({ tenantId, instances: 1 })),
});

/** A plan whose tasks are about to end their first stage, and do when they are let. */
async function aboutToEndStage(...tenantIds: string[]): Promise<(taskId: string) => void> {
  harness = await Harness.start({ fleet: fleetOf(...tenantIds) });
  const holds = tenantIds.map((tenantId) =>
    Hold.on(harness.fleet, (asked) => asked.path === '/config' && asked.tenantId === tenantId),
  );
  executor = await harness.startExecutor();
  await start();
  await Promise.all(holds.map((hold) => hold.until()));
  return (one) => {
    for (const hold of holds) if (hold.tasks.has(one)) hold.release();
  };
}

async function start(): Promise<void> {
  planId = await harness.createPlan();
  taskId = `${planId}.1`;
  await harness.startPlan(planId);
}

const pause = () => harness.plan(planId, { type: 'pause', ...asked });
const resume = () => harness.plan(planId, { type: 'resume', ...asked });

async function heldBy(): Promise<string> {
  const { heldBy: holder, request, status } = (await readTask(harness.db, taskId))?.task ?? {};
  return `${status} ${holder} ${request?.kind ?? '-'}`;
}

it('frees a task that comes to its boundary after the resume looked for what the plan holds', async () => {
  // The other one keeps the plan from settling as PAUSED in between.
  const go = await aboutToEndStage('a', 'b');
  await pause();
  const { deps } = harness;
  const committer = overtaken(deps.committer, async () => {
    go(taskId);
    await harness.until(taskId, 'PAUSED');
  });
  await commandPlan({ ...deps, committer }, planId, { type: 'resume', ...asked }, randomUUID());
  await harness.until(taskId, 'COMPLETED');
  go(`${planId}.2`);
  await harness.until(planId, 'COMPLETED');
  const told = (await harness.events(planId)).filter(({ kind }) => /Resume/.test(kind));
  expect(told.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
    'PlanResumed op',
    'ResumeRequested plan',
    'TaskResumed plan',
  ]);
  expect(told[1]?.payload.reason).toBe('The plan was resumed.');
});

it('frees a task whose approval left it to a plan that was just being resumed', async () => {
  const definition: PlaybookDefinition = {
    stages: [
      { name: 'Sign off', steps: [{ name: 'ask', type: 'approval' }] },
      { name: 'Health', steps: [{ name: 'tell', type: 'broadcast' }] },
    ],
  };
  harness = await Harness.start({ fleet: fleetOf('a'), playbook: definition });
  await harness.startExecutor();
  await start();
  await harness.until(taskId, 'PAUSED');
  await pause();
  const { deps } = harness;
  const committer = overtaken(deps.committer, resume);
  await commandTask(
    { ...deps, committer },
    taskId,
    { type: 'approve', ...asked, approver: ANY_APPROVER },
    randomUUID(),
  );
  expect(await harness.until(planId, 'COMPLETED')).toBe('COMPLETED');
});

it('leaves a task to its plan when only a halt is lifted', async () => {
  const go = await aboutToEndStage('a');
  await pause();
  go(taskId);
  await harness.until(planId, 'PAUSED');
  const read = await readPlan(harness.db, planId);
  if (!read) throw new Error(`no ${planId}`);
  const halted = transitionPlan(read, { type: 'halt', threshold: 'count', reason: 'Enough.' }, read.now);
  if (!halted.ok) throw new Error(halted.rejection.message);
  const { state, events } = halted;
  const plan = { planId, revision: read.revision, state, events };
  await harness.deps.committer.commitTransition({ atomic: true, plans: [plan], tasks: [] });
  await resume();
  await executor.kick();
  expect(await heldBy()).toBe('PAUSED plan -');
  await resume();
  await harness.until(planId, 'COMPLETED');
});

it('leaves a task to the operator who took back its resume', async () => {
  const go = await aboutToEndStage('a');
  await pause();
  go(taskId);
  await harness.until(planId, 'PAUSED');
  const stopping = { actor: 'op', reason: 'look first', requestId: null };
  await stopExecutor(harness.db, { stop: true, ...stopping });
  await resume();
  expect(await heldBy()).toBe('PAUSED plan resume');
  await harness.task(taskId, 'withdraw');
  await stopExecutor(harness.db, { stop: false, ...stopping });
  await executor.kick();
  expect(await heldBy()).toBe('PAUSED operator -');
  await harness.task(taskId, 'resume');
  await harness.until(planId, 'COMPLETED');
});
