import { ACTIONS, frictionFor, type PlanAction, questionBase } from '@/components/actions/action-table';
import { type ActionWords, aboutTime } from '@/components/actions/action-words';
import { expectedMillis, type Lengths } from '@/components/actions/expected-time';
import { pauseQuestion } from '@/components/actions/pause-question';
import type { Question } from '@/components/actions/task-question';
import type { Figures } from '@/components/live/plan-tally';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { prospectOf } from './bulk-prospect';
import { skippedWords, versionWords } from './bulk-question';

/** What is asked about; the others are done at once. */
export type PlanQuestion = Exclude<PlanAction, 'start' | 'approveStart' | 'resume'>;

/** Everything a question about a plan is made of. */
export interface PlanFigures {
  plan: PlanView;
  figures: Figures;
  tasks: readonly TaskView[];
  lengths: Lengths;
}

/** A plan stands for many, also where only one of its tasks is left. */
const MANY = 2;

type Part = Pick<Question, 'action' | 'body'> & { count: number; figures?: string };

/** What is asked before a command for the whole plan. */
export function planQuestion(kind: PlanQuestion, of: PlanFigures, words: ActionWords): Question {
  if (kind === 'pause') return pauseQuestion(of.plan, of.figures.byStatus, of.lengths, words);
  const { count, figures = '', ...part } = PARTS[kind](of, words);
  const friction = frictionFor(kind, ACTIONS[kind].reversible ? Math.max(count, MANY) : count);
  return {
    ...questionBase(kind),
    ...part,
    friction: friction === 'none' ? 'dialog' : friction,
    // What runs moves on all the time; only what cannot be undone must be read again.
    figures,
    planId: of.plan.planId,
    mayHurry: ACTIONS[kind].mayHurry && of.figures.byStatus.RUNNING > 0,
  };
}

const PARTS: Record<Exclude<PlanQuestion, 'pause'>, (of: PlanFigures, words: ActionWords) => Part> = {
  cancel: ({ plan: { version }, figures: { byStatus }, tasks }, { t }) => {
    const waiting = byStatus.PENDING + byStatus.PAUSED;
    const sent = tasks.filter((task) => task.status === 'RUNNING' && task.configSent).length;
    return {
      action: t('plan.cancel'),
      body: [
        t('planBody.cancelRunning', { count: byStatus.RUNNING }),
        t('planBody.cancelWaiting', { count: waiting }),
        ...(sent > 0 ? [t('manyBody.alreadyOn', { count: sent, version })] : []),
        t('planBody.cancelStay', { count: byStatus.COMPLETED, version }),
      ],
      count: byStatus.RUNNING + waiting,
    };
  },
  rollback: ({ plan, tasks, lengths }, words) => {
    const { affected, skipped } = prospectOf('rollback', tasks, plan);
    const count = affected.length;
    const versions = versionWords(affected, words);
    const time = aboutTime(words, expectedMillis(count, plan, lengths));
    return {
      action: words.t('planTitle.rollback', { count }),
      body: [
        versions,
        ...(skipped.length > 0 ? [skippedWords(skipped, words)] : []),
        words.t('planBody.rollback', { most: plan.maxConcurrency, time }),
      ],
      count,
      figures: `${count} ${versions}`,
    };
  },
  continue: ({ plan, figures: { wave } }, { t }) => {
    const count = wave.notCompletedInWave;
    const place = { wave: plan.wave + 1, next: plan.wave + 2, last: plan.lastWave + 1 };
    return {
      action: t('planTitle.continue', { count }),
      body: t('planBody.continue', { ...place, count }),
      // A wave is accepted as a whole, with a reason.
      count: 1,
      figures: String(count),
    };
  },
  close: ({ figures: { failed, byStatus } }, { t }) => ({
    action: t('plan.close'),
    body: t('planBody.close', { failed, done: byStatus.COMPLETED }),
    // Nothing is sent, so it is no graver for many.
    count: 1,
    figures: String(failed),
  }),
  retryFailed: ({ plan, tasks, lengths }, words) => {
    const failed = tasks.filter(({ status }) => status === 'FAILED');
    const { affected, skipped } = prospectOf('retry', failed, plan);
    const time = aboutTime(words, expectedMillis(affected.length, plan, lengths));
    return {
      action: words.t('planTitle.retryFailed', { count: failed.length }),
      body: [
        words.t('planBody.retry', { most: plan.maxConcurrency, time }),
        ...(skipped.length > 0 ? [skippedWords(skipped, words)] : []),
      ],
      count: failed.length,
    };
  },
};
