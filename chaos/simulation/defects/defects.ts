// Longer than 400 lines: one list of mistakes, each a few lines, which is read as a whole.
import type { Invariant } from '@/chaos/check/findings';
import type { Page } from '@/chaos/check/pages';
import { reject } from '@/domain/rejection';
import { NOTHING_SENT } from '@/domain/sent';
import { cancelled, paused } from '@/domain/task-requests';
import { type TaskMachine, transitionTask } from '@/domain/task-transition';
import { applyEvents } from '@/domain/view/apply-event';
import type { ModelHooks } from '../model/store';
import { answering, refusesSome, sending, sendingTasks, without } from './wrap';

/** A mistake that somebody could make, and the promise that it breaks. */
export interface Defect {
  name: string;
  breaks: Invariant | 'progress';
  /** It takes two plans to show. */
  plans: 1 | 2;
  /** Shows itself in one run of thousands: the search begins here. */
  from?: number;
  hooks?: ModelHooks;
  transition?: TaskMachine;
  fenced?: boolean;
  page?: Page;
}

export const DEFECTS: readonly Defect[] = [
  {
    name: 'the statement does not compare epochs and revisions',
    breaks: 'stages',
    plans: 1,
    hooks: { commits: sendingTasks((task) => without(task, 'epoch', 'revision', 'planRevision')) },
  },
  {
    name: 'a takeover does not raise the epoch',
    breaks: 'recovery',
    plans: 1,
    hooks: { commits: sendingTasks((task) => without(task, 'claim')) },
  },
  {
    name: 'a driver stores although somebody else drives the plan',
    breaks: 'driver',
    plans: 1,
    hooks: {
      commits: (real) => (rows, commit, commitId) => {
        const epochs = Object.keys(commit.epochs ?? {}).map((planId) => [planId, null] as const);
        const { epochs: named, ...rest } = commit;
        return real(rows, named ? { ...rest, epochs: Object.fromEntries(epochs) } : rest, commitId);
      },
    },
  },
  {
    name: 'taking a plan over does not raise its epoch',
    breaks: 'driver',
    plans: 1,
    hooks: {
      commits: (real) => (rows, commit, commitId) => {
        const result = real(rows, commit, commitId);
        for (const { planId, driver } of commit.plans) {
          const [row, stored] = [rows.plans.get(planId), result.plans[planId]];
          if (row && stored && driver !== undefined) {
            row.epoch = Math.max(1, row.epoch - 1);
            stored.epoch = row.epoch;
          }
        }
        return result;
      },
    },
  },
  {
    name: 'a plan goes to rest although something happened since it was looked at',
    breaks: 'awake',
    plans: 1,
    hooks: {
      commits: sending((commit) => ({
        ...commit,
        plans: commit.plans.map(({ planSeq, ...plan }) =>
          plan.rests || planSeq === undefined ? plan : { ...plan, planSeq },
        ),
      })),
    },
  },
  {
    name: 'what is asked for wakes nobody',
    breaks: 'awake',
    plans: 1,
    hooks: {
      commits: (real) => (rows, commit, commitId) => {
        const result = real(rows, commit, commitId);
        for (const planId of result.woken ?? []) {
          const row = rows.plans.get(planId);
          if (row && row.epoch > 0) row.awake = false;
        }
        return result;
      },
    },
  },
  {
    name: 'nobody offers a plan that the rows say he drives himself',
    breaks: 'progress',
    plans: 2,
    from: 30_000,
    hooks: {
      rows: (rows) => {
        rows.nodes.add('another');
      },
      commits: sending((commit) => ({
        ...commit,
        plans: commit.plans.map((plan) =>
          plan.driver === undefined ? plan : { ...plan, driver: 'another' },
        ),
      })),
    },
  },
  {
    name: 'whoever takes a plan over does not look for what was running',
    breaks: 'progress',
    plans: 1,
    hooks: {
      rows: (rows) => {
        rows.recovers = false;
      },
    },
  },
  { name: 'targets take calls of an earlier epoch', breaks: 'fencing', plans: 1, fenced: false },
  {
    name: 'events are written in a second statement',
    breaks: 'state',
    plans: 1,
    hooks: {
      connections: (real, _rows) => ({
        ...real,
        committer: {
          ...real.committer,
          commitTransition: async (commit, commitId) => {
            const events = commit.tasks.map((task) =>
              without(
                { ...task },
                'state',
                'revision',
                'planRevision',
                'claim',
                'admission',
                'hold',
                'tenantVersion',
              ),
            );
            const result = await real.committer.commitTransition(
              { ...commit, tasks: commit.tasks.map((task) => ({ ...task, events: [] })) },
              commitId,
            );
            const told = events.filter((task) => result.tasks[task.taskId]?.ok);
            const second = told.map((task) => without(task, 'epoch', 'refuseIfOvertaken', 'beat'));
            if (second.length > 0)
              await real.committer.commitTransition({ atomic: false, plans: [], tasks: second }, commitId);
            return result;
          },
        },
      }),
    },
  },
  {
    name: 'numbers come from a sequence that does not go back',
    breaks: 'sequence',
    plans: 1,
    hooks: {
      commits: (real) => (rows, commit, commitId) => {
        const result = real(rows, commit, commitId);
        for (const { planId, events } of refusesSome(result) ? commit.tasks : []) {
          const plan = rows.plans.get(planId);
          if (plan) plan.planSeq += events.length;
        }
        return result;
      },
    },
  },
  {
    name: 'a pause is granted in the middle of a stage',
    breaks: 'boundary',
    plans: 1,
    transition: (context, input, now) =>
      input.type === 'pause' && context.task.status === 'RUNNING'
        ? paused(context.task, input.actor, 'operator', now)
        : transitionTask(context, input, now),
  },
  {
    name: 'nobody looks whether another plan had the tenant meanwhile',
    breaks: 'versions',
    plans: 2,
    hooks: { commits: sendingTasks((task) => without(task, 'tenantRevision')) },
  },
  {
    name: 'nobody looks whether another plan holds the tenant',
    breaks: 'exclusion',
    plans: 2,
    hooks: {
      rows: (rows) => {
        rows.holds = new (class extends Map<string, string> {
          override has = () => false;
          override get = () => undefined;
        })();
      },
    },
  },
  {
    name: 'nobody counts what runs, neither who admits nor the statement',
    breaks: 'concurrency',
    plans: 1,
    hooks: {
      rows: (rows) => {
        rows.counts = false;
      },
      commits: sendingTasks((task) => (task.admission ? without(task, 'admission') : task)),
    },
  },
  {
    name: 'the last come is the first served',
    breaks: 'fifo',
    plans: 1,
    hooks: {
      rows: (rows) => {
        rows.pendingOrder = -1;
      },
    },
  },
  {
    name: 'a recovery starts at the first stage',
    breaks: 'stages',
    plans: 1,
    transition: answering(['recovered'], (_before, after) => ({ ...after, stageIndex: 0, openStep: null })),
  },
  {
    name: 'a lost answer is decided again without looking for the commit',
    breaks: 'stages',
    plans: 1,
    hooks: {
      connections: (real) => ({ ...real, committer: { ...real.committer, wasCommitted: async () => false } }),
    },
  },
  {
    name: 'last known good moves without a health check',
    breaks: 'versions',
    plans: 1,
    hooks: {
      commits: sendingTasks((task) =>
        task.tenantVersion
          ? { ...task, tenantVersion: { ...task.tenantVersion, lastKnownGood: true } }
          : task,
      ),
    },
  },
  {
    name: 'the row points at data before it is stored',
    breaks: 'checkpoint',
    plans: 1,
    hooks: {
      connections: (real) => ({ ...real, checkpoints: { ...real.checkpoints, save: async () => {} } }),
    },
  },
  {
    name: 'data is dropped with every stage',
    breaks: 'checkpoint',
    plans: 1,
    hooks: {
      commits: (real) => (rows, commit, commitId) => {
        for (const { taskId, events } of commit.tasks)
          if (events.some(({ kind }) => kind === 'StageSucceeded'))
            for (const [key, row] of rows.checkpoints)
              if (row.taskId === taskId) rows.checkpoints.delete(key);
        return real(rows, commit, commitId);
      },
    },
  },
  {
    name: 'a retry or rollback keeps the attempt',
    breaks: 'idempotency',
    plans: 1,
    transition: answering(['admit', 'boundary', 'stageFailed'], (before, after) => ({
      ...after,
      attempt: Math.max(1, before.attempt),
    })),
  },
  {
    name: 'a recovery counts as an attempt',
    breaks: 'state',
    plans: 1,
    transition: answering(['recovered'], (before, after) => ({ ...after, attempt: before.attempt + 1 })),
  },
  {
    name: 'a plan settles on a stale count',
    breaks: 'planStatus',
    plans: 1,
    hooks: {
      commits: sending((commit) => ({
        ...commit,
        plans: commit.plans.map(({ planSeq: _, revision: __, ...plan }) => plan),
      })),
    },
  },
  {
    name: 'a tenant is not given back',
    breaks: 'holds',
    plans: 1,
    hooks: {
      rows: (rows) => {
        rows.holds.delete = () => false;
      },
    },
  },
  {
    name: 'a completed task can be cancelled',
    breaks: 'status',
    plans: 1,
    hooks: {
      rows: (rows) => {
        rows.guarded = false;
      },
    },
    transition: (context, input, now) =>
      input.type === 'cancel' && context.task.status === 'COMPLETED'
        ? cancelled(context.task, input.actor, now)
        : transitionTask(context, input, now),
  },
  {
    name: 'a granted request stays open',
    breaks: 'request',
    plans: 1,
    transition: answering(['admit'], (before, after) => ({ ...after, request: before.request })),
  },
  {
    name: 'a heartbeat is stored after the end',
    breaks: 'status',
    plans: 1,
    hooks: {
      commits: sendingTasks((task) =>
        task.beat && !task.claim && !task.admission ? without(task, 'revision') : task,
      ),
    },
  },
  {
    name: 'what comes to rest while its plan is resumed is not freed',
    breaks: 'planRelease',
    plans: 1,
    transition: (context, input, now) =>
      input.type === 'resume' && input.actor === 'plan'
        ? reject('NOTHING_TO_DO', 'Nobody looks for it.')
        : transitionTask(context, input, now),
  },
  {
    name: 'tasks go on while their plan is paused',
    breaks: 'planHold',
    plans: 1,
    hooks: { commits: sendingTasks((task) => without(task, 'planRevision')) },
  },
  {
    name: 'a stop of everything stops nobody',
    breaks: 'planHold',
    plans: 1,
    hooks: {
      rows: (rows) => {
        Object.defineProperty(rows, 'stopped', { get: () => false, set: () => {} });
      },
    },
  },
  {
    name: 'a stop of everything holds rollbacks as well',
    breaks: 'rollback',
    plans: 1,
    hooks: {
      commits: (real) => (rows, commit, commitId) =>
        real(
          rows,
          {
            ...commit,
            tasks: commit.tasks.filter(
              ({ admission, state }) => !(rows.stopped && admission && state?.status === 'ROLLING_BACK'),
            ),
          },
          commitId,
        ),
    },
  },
  {
    name: 'a wave passes with failures',
    breaks: 'waves',
    plans: 1,
    hooks: {
      rows: (rows) => {
        rows.acceptsFailures = true;
      },
    },
  },
  {
    name: 'an older plan goes on after a newer one has switched the tenant',
    breaks: 'newest',
    plans: 2,
    hooks: { commits: sendingTasks((task) => without(task, 'refuseIfOvertaken')) },
    transition: (context, input, now) =>
      transitionTask({ ...context, flags: { ...context.flags, newerTaskStarted: false } }, input, now),
  },
  {
    name: 'a takeover begins the health rounds anew',
    breaks: 'rounds',
    plans: 1,
    transition: answering(['recovered'], (_before, after) => ({
      ...after,
      openStep: after.openStep && { ...after.openStep, course: undefined },
    })),
  },
  {
    name: 'what failed counts as not sent',
    breaks: 'instances',
    plans: 1,
    transition: answering(['stepFailed'], (_before, after) => ({ ...after, sent: NOTHING_SENT })),
  },
  {
    name: 'what failed to send makes certain what another task left unknown',
    breaks: 'instances',
    plans: 2,
    hooks: {
      // Else targets would have to refuse every call of one task after another one's got lost: too rare to wait for.
      rows: (rows) => {
        rows.knowsUnconfirmed = false;
      },
      commits: (real) => (rows, commit, commitId) => {
        for (const { tenantId, taskId, tenantVersion } of commit.tasks) {
          const unit = rows.units.get(`${tenantId} ${tenantVersion?.unitId}`);
          if (unit && tenantVersion?.restore) unit.unknownBy = taskId;
        }
        return real(rows, commit, commitId);
      },
    },
  },
  {
    name: 'somebody who approves twice counts as two',
    breaks: 'approval',
    plans: 1,
    from: 2900,
    transition: (context, input, now) =>
      input.type === 'approve'
        ? transitionTask(context, { ...input, approver: { ...input.approver, id: now.toISOString() } }, now)
        : transitionTask(context, input, now),
  },
  {
    name: 'an approval is enough where it takes two',
    breaks: 'approval',
    plans: 1,
    transition: (context, input, now) => {
      const { task } = context;
      const alone = task.approval && { ...task.approval, needs: 1 };
      return input.type === 'approve'
        ? transitionTask({ ...context, task: { ...task, approval: alone } }, input, now)
        : transitionTask(context, input, now);
    },
  },
  {
    name: 'a change is not carried by its event',
    breaks: 'page',
    plans: 1,
    hooks: {
      commits: (real) => (rows, commit, commitId) => {
        const before = rows.events.length;
        const result = real(rows, commit, commitId);
        for (const event of rows.events.slice(before))
          if (event.kind === 'TaskCompleted') event.change = null;
        return result;
      },
    },
  },
  {
    name: 'a page merges once more what it has merged',
    breaks: 'page',
    plans: 1,
    page: (snapshot, events) => {
      const planSeq = (events[0]?.planSeq ?? snapshot.planSeq + 1) - 1;
      return applyEvents({ ...snapshot, planSeq }, events);
    },
  },
];
