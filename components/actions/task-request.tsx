'use client';

import { useLocale } from 'use-intl';
import type { Locale } from '@/components/i18n/locale';
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
  if (pending && pending.kind !== 'withdraw') {
    return <RequestedPill kind={pending.kind} by="you" at={pending.at} waitsFor="sending" />;
  }
  // Most have none, and need no clock.
  if (!task.request) return null;
  return <Stored task={task} request={task.request} plan={plan} withdrawing={pending !== undefined} />;
}

type Request = NonNullable<TaskView['request']>;

function Stored(props: { task: TaskView; request: Request; plan: PlanView; withdrawing: boolean }) {
  const { task, request, plan, withdrawing } = props;
  const send = useTaskCommands();
  const now = useDatabaseClock();
  const locale = useLocale();
  const mayAsk = useAskRefusal() === null;
  return (
    <RequestedPill
      kind={request.kind}
      by={request.by === POLICY ? 'the retry policy' : request.by}
      at={request.at}
      waitsFor={waitsFor(task, plan, now, locale)}
      withdrawing={withdrawing}
      onWithdraw={mayAsk ? () => void send(task.taskId, 'withdraw') : undefined}
    />
  );
}

function waitsFor(task: TaskView, plan: PlanView, now: number, locale: Locale): string {
  const left = task.request?.notBefore ? Date.parse(task.request.notBefore) - now : 0;
  if (left > 0) return `next try in ${formatDuration(left, locale)}`;
  const stage = `stage ${Math.min(task.stageIndex + 1, plan.stages.length)} of ${plan.stages.length}`;
  const moving = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
  if (!moving) return 'waits for a free slot';
  return task.request?.kind === 'rollback' ? `begins after ${stage}` : `stops after ${stage}`;
}
