import type { TaskStatus } from '@/domain/task';
import type { PlanView } from '@/domain/view/plan-view';
import { frictionFor, questionBase } from './action-table';
import { type ActionWords, aboutTime } from './action-words';
import { expectedStageMillis, type Lengths } from './expected-time';
import type { Question } from './task-question';

/** A plan stands for many, also where only one of its tasks is left. */
const MANY = 2;

/** What is asked before a plan is paused: what stops, what does not start, what is not touched. */
export function pauseQuestion(
  plan: PlanView,
  byStatus: Partial<Record<TaskStatus, number>>,
  lengths: Lengths,
  words: ActionWords,
): Question {
  const { t } = words;
  const { RUNNING: running = 0, PENDING: pending = 0 } = byStatus;
  const { COMPLETED = 0, FAILED = 0, CANCELLED = 0, ROLLED_BACK = 0 } = byStatus;
  const finished = COMPLETED + FAILED + CANCELLED + ROLLED_BACK;
  const time = running > 0 ? aboutTime(words, expectedStageMillis(plan, lengths)) : '';
  const friction = frictionFor('pause', Math.max(MANY, running + pending));
  return {
    ...questionBase('pause'),
    action: t('plan.pause'),
    body:
      plan.intent === 'rollback'
        ? [t('planBody.pauseBack')]
        : [
            t('planBody.pauseRunning', { count: running, time }),
            t('planBody.pausePending', { count: pending }),
            t('planBody.pauseFinished', { count: finished }),
          ],
    friction: friction === 'none' ? 'dialog' : friction,
    // Tasks move on all the time, and pausing hits whichever run; a changed count takes nothing away.
    figures: '',
    planId: plan.planId,
  };
}
