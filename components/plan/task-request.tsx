'use client';

import { usePendingCommand } from '@/components/live/use-live-plan';
import { RequestedPill } from '@/components/ui/requested-pill';
import type { PlanView, TaskView } from '@/server/realtime/protocol';
import { useTaskCommands } from './use-task-commands';

/** What was asked for this task, beside its status: at once when sent from here, then as it is stored. */
export function TaskRequest({ task, plan }: { task: TaskView; plan: PlanView }) {
  const send = useTaskCommands();
  const pending = usePendingCommand(task.taskId);
  const withdrawing = pending?.kind === 'withdraw';
  if (pending && pending.kind !== 'withdraw') {
    return <RequestedPill kind={pending.kind} by="you" at={pending.at} waitsFor="sending" />;
  }
  if (!task.request) return null;
  const { kind, by, at } = task.request;
  return (
    <RequestedPill
      kind={kind}
      by={by}
      at={at}
      waitsFor={waitsFor(task, plan)}
      withdrawing={withdrawing}
      onWithdraw={() => void send(task.taskId, 'withdraw')}
    />
  );
}

function waitsFor(task: TaskView, plan: PlanView): string {
  const stage = `stage ${Math.min(task.stageIndex + 1, plan.stages.length)} of ${plan.stages.length}`;
  const moving = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
  if (!moving) return 'waits for a free slot';
  return task.request?.kind === 'rollback' ? `begins after ${stage}` : `stops after ${stage}`;
}
