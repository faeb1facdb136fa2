import type { Confirmation } from '@/components/ui/confirmation';
import type { RequestKind } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { ACTIONS, type ActionName, frictionFor, questionBase } from './action-table';
import type { ActionWords } from './action-words';

export type Question = Omit<Confirmation, 'onConfirm'>;

/** What is asked before a command on one task; null where one reversible step needs none. */
export function taskQuestion(
  kind: RequestKind,
  task: TaskView,
  plan: PlanView,
  wantsReason: boolean,
  { t }: ActionWords,
): Question | null {
  const friction = frictionFor(kind, 1, wantsReason);
  if (friction === 'none') return null;
  return {
    ...questionBase(kind),
    friction,
    action: t(`one.${kind}`, { tenant: task.tenantId }),
    figures: '',
    mayHurry: ACTIONS[kind].mayHurry && task.status === 'RUNNING',
    body: bodyOf(kind, task, plan, t),
  };
}

function bodyOf(kind: RequestKind, task: TaskView, plan: PlanView, t: ActionWords['t']): string {
  const { tenantId: tenant, previousVersion } = task;
  const { version } = plan;
  switch (kind) {
    case 'cancel':
      return task.configSent
        ? t('oneBody.cancelSent', { tenant, version })
        : t('oneBody.cancel', { version: previousVersion ?? '—' });
    case 'rollback':
      return t('oneBody.rollback', { tenant, version, previous: previousVersion ?? '—' });
    case 'retry':
      return t('oneBody.retry', { count: task.retryCount, most: plan.maxRetry });
    default:
      return '';
  }
}

/** The decisions that are asked about; an approval is given with one click. */
export type AskedDecision = Extract<ActionName, 'reject' | 'resend' | 'applied' | 'override'>;

/** What is asked before a decision is sent. */
export function decisionQuestion(
  decision: AskedDecision,
  of: { tenantId: string; stage: string | null; goesBack: boolean },
  { t }: ActionWords,
): Question {
  const { tenantId: tenant } = of;
  const stage = of.stage ?? '—';
  const body =
    decision === 'resend' && of.goesBack
      ? t('oneBody.resendBack')
      : decision === 'reject'
        ? t('oneBody.reject', { tenant, stage })
        : decision === 'override'
          ? t('oneBody.override', { tenant })
          : t(`oneBody.${decision}`, { stage });
  return {
    ...questionBase(decision),
    friction: 'reason',
    action: t(`one.${decision}`, { tenant }),
    figures: '',
    body,
  };
}
