import type { Figures } from '@/components/live/plan-tally';
import type { Confirmation } from '@/components/ui/confirmation';
import { frictionOf } from '@/components/ui/friction';
import { tenants } from '@/components/ui/tenant-count';
import type { PlanView, TaskView } from '@/domain/view/plan-view';

type Question = Omit<Confirmation, 'onConfirm' | 'planId'>;
type Ask = (plan: PlanView, figures: Figures, tasks: readonly TaskView[]) => Question;

const tasksOf = (count: number, word: string) => `${count} ${word} ${count === 1 ? 'task' : 'tasks'}`;

export type PlanQuestion = 'pause' | 'cancel' | 'rollback' | 'continue' | 'close' | 'retryFailed';

/** What is asked before a command for the whole plan. */
export const PLAN_QUESTIONS: Record<PlanQuestion, Ask> = {
  pause: (_plan, { byStatus }) => {
    const running = byStatus.RUNNING;
    const finished = byStatus.COMPLETED + byStatus.FAILED + byStatus.CANCELLED + byStatus.ROLLED_BACK;
    return {
      action: 'Pause plan',
      friction: 'dialog',
      wayOut: 'keepRunning',
      destructive: false,
      // Tasks move on all the time, and pausing hits whichever run; a changed count takes nothing away.
      figures: '',
      body: `${tasksOf(running, 'running')} ${running === 1 ? 'stops after its' : 'stop after their'} current stage. ${tasksOf(byStatus.PENDING, 'pending')} ${byStatus.PENDING === 1 ? 'does' : 'do'} not start. ${tasksOf(finished, 'finished')} ${finished === 1 ? 'is' : 'are'} not touched.`,
    };
  },
  cancel: (plan, { byStatus }, tasks) => {
    const open = byStatus.RUNNING + byStatus.PENDING + byStatus.PAUSED;
    const sent = tasks.filter((task) => task.status === 'RUNNING' && task.configSent).length;
    const friction = frictionOf({ reversible: false, count: open });
    return {
      action: 'Cancel plan',
      friction: friction === 'none' ? 'reason' : friction,
      wayOut: 'keepRunning',
      destructive: true,
      figures: '',
      body: `${tasksOf(byStatus.RUNNING, 'running')} stop at the next stage boundary. ${tasksOf(byStatus.PENDING + byStatus.PAUSED, 'waiting')} never start. ${sent > 0 ? `${tenants(sent)} may be on ${plan.version} already and stay there, unverified. ` : ''}Cancelling does not roll back: ${tenants(byStatus.COMPLETED)} stay on ${plan.version}. To go back, choose Roll back.`,
    };
  },
  rollback: (plan, _figures, tasks) => {
    const started = tasks.filter((task) => task.stageStarted && task.status !== 'ROLLED_BACK');
    const affected = started.filter((task) => task.previousVersion !== null && !task.newerTaskStarted);
    const byVersion = new Map<string, number>();
    for (const { previousVersion } of affected) {
      if (previousVersion) byVersion.set(previousVersion, (byVersion.get(previousVersion) ?? 0) + 1);
    }
    const targets = [...byVersion]
      .sort((a, b) => b[1] - a[1])
      .map(([version, count]) => `${count} to ${version}`);
    const skipped = tasks.length - affected.length;
    const friction = frictionOf({ reversible: false, count: affected.length });
    return {
      action: `Roll back ${tenants(affected.length)}`,
      friction: friction === 'none' ? 'reason' : friction,
      wayOut: 'keepAsIs',
      destructive: true,
      figures: targets.join(),
      body: `${targets.join(', ')}. ${skipped > 0 ? `${skipped} are skipped: not started, rolled back already, without an earlier configuration, or switched since by a newer plan. ` : ''}At most ${plan.maxConcurrency} at once.`,
    };
  },
  continue: (plan, { wave }) => ({
    action: `Continue without ${tenants(wave.notCompletedInWave)}`,
    friction: 'reason',
    wayOut: 'keepAsIs',
    destructive: false,
    figures: String(wave.notCompletedInWave),
    body: `Wave ${plan.wave + 2} of ${plan.lastWave + 1} starts although ${tenants(wave.notCompletedInWave)} of wave ${plan.wave + 1} did not complete. They stay as they are and can be retried or rolled back later.`,
  }),
  close: (_plan, { failed, byStatus }) => ({
    action: 'Close plan',
    friction: 'reason',
    wayOut: 'keepAsIs',
    destructive: false,
    figures: String(failed),
    body: `The plan ends as failed: ${tenants(failed)} stay as they are, ${tenants(byStatus.COMPLETED)} stay switched. Nothing is sent. A retry of one of them opens it again.`,
  }),
  retryFailed: (plan, { byStatus }) => ({
    action: `Retry ${tenants(byStatus.FAILED)}`,
    friction: 'dialog',
    wayOut: 'keepAsIs',
    destructive: false,
    figures: '',
    body: `Each goes on from its last completed stage, at most ${plan.maxConcurrency} at once. Those at their retry limit, in doubt or overtaken by a newer plan are refused, and you are told which.`,
  }),
};
