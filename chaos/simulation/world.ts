import { transitionPlan } from '@/domain/plan-transition';
import type { PlaybookDefinition, StageDefinition } from '@/domain/playbook';
import type { PlanSettings } from '@/domain/settings';
import type { TaskInput } from '@/domain/task-input';
import { transitionTask } from '@/domain/task-transition';
import { contextOf, countsOf, planIn, taskIn } from '@/domain/testing-states';
import type { Commit } from '@/server/commands/commit';
import type { Random } from '../random';
import type { StoredSnapshotRow } from './model/rows';

export const BEGAN = new Date('2026-01-01T10:00:00Z');
export const UNIT = { unitId: 'router', unitName: 'Router' };

/** One small situation: a few tenants, one or two plans for them, a playbook and what the plans chose. */
export interface World {
  /** When its plans were made. */
  began: Date;
  tenants: { tenantId: string; instances: string[]; runs: string | null }[];
  plans: PlanSpec[];
}

export interface PlanSpec {
  planId: string;
  number: number;
  version: string;
  tenantIds: string[];
  maxConcurrency: number;
  settings: PlanSettings;
  playbook: PlaybookDefinition;
  /** Tenants of the first wave; the others form the second. */
  canaries: number;
}

const send = { name: 'send', type: 'config-update' };
const tell = { name: 'tell', type: 'broadcast' };
const confirm = { name: 'confirm', type: 'health-check' };
const stage = (name: string, ...steps: StageDefinition['steps']): StageDefinition => ({ name, steps });
const only = (label: string, one: StageDefinition): StageDefinition => ({
  ...one,
  when: { label, equals: 'yes' },
});

const PLAYBOOKS: readonly StageDefinition[][] = [
  [stage('Config', send), stage('Reload', tell), stage('Health', confirm)],
  [stage('Config', send, tell), stage('Health', confirm)],
  [
    stage('Config', send),
    stage('Go', { name: 'ask', type: 'approval', needs: 2, withinMinutes: 1 }),
    stage('Health', tell, confirm),
  ],
  [
    stage('Config', send),
    stage('Go', { name: 'ask', type: 'approval', when: { value: '{{tenant.id}}', equals: 't1' } }),
    stage('Reload', tell),
  ],
  [stage('Config', send), stage('Reload', tell)],
  [only('canary', stage('Extra', tell)), stage('Config', send, tell), stage('Health', confirm)],
  [stage('Config', send, tell), stage('Bake', { name: 'bake', type: 'wait' }), stage('Health', confirm)],
];

/** Draws a world. One plan, or two that have tenants in common. */
export function drawWorld(random: Random, plans: number): World {
  const count = random.oneOf(plans === 1 ? [2, 2, 3, 3, 4] : [1, 2, 2, 3]);
  const tenants = Array.from({ length: count }, (_, index) => {
    const tenantId = `t${index + 1}`;
    const instances = random.chance(0.3) ? [`${tenantId}-1`, `${tenantId}-2`] : [`${tenantId}-1`];
    return { tenantId, instances, runs: random.chance(0.9) ? 'v1' : null };
  });
  const ids = tenants.map((one) => one.tenantId);
  return {
    began: BEGAN,
    tenants,
    plans: Array.from({ length: plans }, (_, index) => {
      const tenantIds = plans === 1 || count < 3 || random.chance(0.5) ? ids : ids.slice(index, index + 2);
      return drawPlan(random, index + 1, tenantIds);
    }),
  };
}

function drawPlan(random: Random, number: number, tenantIds: string[]): PlanSpec {
  const stages = random.oneOf(PLAYBOOKS);
  const waves = tenantIds.length > 1 && random.chance(0.2);
  return {
    planId: `PLN-${number}`,
    number,
    version: `v${number + 1}`,
    tenantIds,
    maxConcurrency: random.oneOf([1, 2, 2, 3]),
    playbook: { stages },
    canaries: waves ? 1 : tenantIds.length,
    settings: {
      maxRetry: null,
      healthIntervalSeconds: null,
      healthAttempts: null,
      driftGuard: random.chance(0.3),
      policies: {
        ...(random.chance(0.15) && {
          retry: { kind: 'fixed', attempts: 1, delaySeconds: random.oneOf([0, 5]) },
        }),
        ...(random.chance(0.15) && { rollback: { kind: 'automatic' } }),
        ...(random.chance(0.1) && { pause: { kind: 'beforeStage', stage: random.oneOf(stages).name } }),
        ...(random.chance(0.1) && { checkpoint: { kind: 'none' } }),
        ...(random.chance(0.1) && { completion: { kind: 'percent', percent: 50 } }),
      },
      ...(waves && { waves: [{ size: { count: 1 }, bakeSeconds: random.oneOf([0, 5]) }] }),
      ...(random.chance(0.15) && { thresholds: { failedCount: 1 } }),
    },
  };
}

/** Snapshots get ids that both sides can store: the database wants a UUID. */
export function snapshotOf(world: World, tenantId: string, version: string): StoredSnapshotRow {
  const tenant = world.tenants.findIndex((one) => one.tenantId === tenantId);
  const place = `${tenant + 1}${version.slice(1)}`.padStart(12, '0');
  const instances = world.tenants[tenant]?.instances ?? [];
  return {
    snapshotId: `00000000-0000-4000-8000-${place}`,
    tenantId,
    ...UNIT,
    version,
    payload: version,
    format: 'text',
    endpoints: instances.map((key) => ({ key, url: `http://${key}` })),
    digest: `digest of ${version}`,
    scope: { name: tenantId, labels: {}, variables: {} },
  };
}

/** What `plans.create` would store: the plan made ready, its tasks validated. */
export function creationOf(world: World, spec: PlanSpec, now: Date): Commit {
  const { planId, tenantIds, maxConcurrency, number, playbook, settings, version } = spec;
  const stages = playbook.stages.map((one) => one.name);
  const planEvents = planCreated(spec, now);
  const tasks = tenantIds.map((tenantId, index) => {
    const taskId = `${planId}.${index + 1}`;
    const created = taskIn('CREATED', {
      taskId,
      planId,
      tenantId,
      ordinal: index + 1,
      stages,
      previous: null,
    });
    const inputs: TaskInput[] = [
      { type: 'validate', actor: 'op' },
      { type: 'validationPassed', actor: 'op', warnings: [] },
    ];
    let task = created;
    const events = inputs.flatMap((input) => {
      const outcome = transitionTask(contextOf(task), input, now);
      if (!outcome.ok) throw new Error(outcome.rejection.message);
      task = outcome.state;
      return outcome.events;
    });
    return { task, events };
  });
  return {
    atomic: true,
    create: {
      plan: {
        planId,
        number,
        name: planId,
        status: 'READY',
        maxConcurrency,
        settings,
        ...UNIT,
        version,
        playbookId: 'standard',
        playbookVersion: 1,
        playbook,
        startApproval: null,
        deadline: null,
        createdBy: 'op',
        endedAt: null,
      },
      stages,
      tasks: tasks.map(({ task }) => ({
        taskId: task.taskId,
        tenantId: task.tenantId,
        ordinal: task.ordinal,
        wave: task.ordinal > spec.canaries ? 1 : 0,
        status: task.status,
        targetSnapshotId: snapshotOf(world, task.tenantId, version).snapshotId,
        previousSnapshotId: null,
      })),
    },
    plans: [{ planId, events: planEvents }],
    tasks: tasks.map(({ task, events }) => ({
      taskId: task.taskId,
      planId,
      tenantId: task.tenantId,
      events,
    })),
  };
}

function planCreated({ planId, tenantIds }: PlanSpec, now: Date) {
  const created = planIn('CREATED', { planId, startedAt: null });
  const first = transitionPlan(
    { plan: created, counts: countsOf({}) },
    { type: 'validate', actor: 'op', tasks: tenantIds.length },
    now,
  );
  if (!first.ok) throw new Error(first.rejection.message);
  const ready = { type: 'validationPassed', actor: 'op', valid: tenantIds.length, invalid: 0 } as const;
  const second = transitionPlan({ plan: first.state, counts: countsOf({}) }, ready, now);
  if (!second.ok) throw new Error(second.rejection.message);
  return [...first.events, ...second.events];
}
