'use client';

import { useLocale, useTranslations } from 'use-intl';
import type { PendingCommand } from '@/components/live/plan-command';
import { useDatabaseClock, usePendingCommand } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { formatDuration } from '@/components/ui/duration';
import { RequestedPill } from '@/components/ui/requested-pill';
import { POLICY } from '@/domain/task-outcome';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { useTaskCommands } from './use-task-commands';

/** What was asked for this task, beside its status: at once when sent from here, then as it is stored. */
export function TaskRequest({ task, plan }: { task: TaskView; plan: PlanView }) {
  const pending = usePendingCommand(task.taskId);
  if (pending && pending.kind !== 'withdraw') return <Sent kind={pending.kind} at={pending.at} />;
  // Most have none, and need no clock.
  if (!task.request) return null;
  return <Stored task={task} request={task.request} plan={plan} withdrawing={pending !== undefined} />;
}

function Sent({ kind, at }: { kind: Exclude<PendingCommand['kind'], 'withdraw'>; at: number }) {
  const t = useTranslations('actions.waits');
  return <RequestedPill kind={kind} by={t('you')} at={at} waitsFor={t('sending')} />;
}

type Request = NonNullable<TaskView['request']>;

function Stored(props: { task: TaskView; request: Request; plan: PlanView; withdrawing: boolean }) {
  const { task, request, plan, withdrawing } = props;
  const t = useTranslations('actions.waits');
  const send = useTaskCommands();
  const now = useDatabaseClock();
  const locale = useLocale();
  const mayAsk = useAskRefusal() === null;
  return (
    <RequestedPill
      kind={request.kind}
      by={request.by === POLICY ? t('retryPolicy') : request.by}
      at={request.at}
      waitsFor={waitsFor()}
      withdrawing={withdrawing}
      onWithdraw={mayAsk ? () => void send(task.taskId, 'withdraw') : undefined}
    />
  );

  function waitsFor(): string {
    const left = request.notBefore ? Date.parse(request.notBefore) - now : 0;
    if (left > 0) return t('nextTry', { time: formatDuration(left, locale) });
    const moving = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
    if (!moving) return t('slot');
    const stages = plan.stages.length;
    const stage = Math.min(task.stageIndex + 1, stages);
    return t(request.kind === 'rollback' ? 'begins' : 'stops', { stage, stages });
  }
}
