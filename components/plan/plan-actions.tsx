'use client';

import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useOffline } from '@/components/live/socket';
import { ActionButton } from '@/components/ui/action-button';
import { type Confirmation, ConfirmDialog } from '@/components/ui/confirm';
import { frictionOf } from '@/components/ui/friction';
import type { PlanView, TaskView } from '@/server/realtime/protocol';
import classes from './plan-screen.module.css';
import { ShareDialog } from './share-dialog';
import { type Figures, planRefusal } from './situation';

type Command = 'start' | 'pause' | 'resume' | 'cancel' | 'rollback';

/** Sends a command for the whole plan. Resolves to null, or to the reason it was refused. */
function usePlanCommand(planId: string) {
  const client = useTRPCClient();
  const [sending, setSending] = useState<Command | null>(null);
  async function send(command: Command, reason: string | null = null): Promise<string | null> {
    setSending(command);
    const requestId = newRequestId();
    try {
      if (command === 'start') await client.plans.start.mutate({ planId, requestId });
      else await client.plans[command].mutate({ planId, reason, requestId });
      return null;
    } catch (error) {
      const words = errorText(error);
      notifications.show({ color: 'red', title: 'Refused', message: words });
      return words;
    } finally {
      setSending(null);
    }
  }
  return { send, sending };
}

type Props = { plan: PlanView; figures: Figures; tasks: readonly TaskView[] };

/** What can be done with the plan as a whole. The dialogs' numbers follow the plan while they are open. */
export function PlanActions(props: Props) {
  const { plan, figures, tasks } = props;
  const { send, sending } = usePlanCommand(plan.planId);
  const [asking, setAsking] = useState<'cancel' | 'rollback' | null>(null);
  const [sharing, setSharing] = useState(false);
  const offline = useOffline();
  const refusal = (command: Command) => offline ?? planRefusal(plan, figures, command);
  const confirmation: Confirmation | null = asking && {
    ...QUESTIONS[asking](plan, figures, tasks),
    planId: plan.planId,
    onConfirm: (reason) => send(asking, reason),
  };
  return (
    <>
      {plan.status === 'READY' && (
        <ActionButton
          refusal={refusal('start')}
          loading={sending === 'start'}
          onClick={() => void send('start')}
        >
          Start plan
        </ActionButton>
      )}
      <span className={classes.wide}>
        <PauseOrResume {...props} />
      </span>
      <ActionButton variant="default" refusal={refusal('cancel')} onClick={() => setAsking('cancel')}>
        Cancel plan
      </ActionButton>
      <ActionButton variant="default" refusal={refusal('rollback')} onClick={() => setAsking('rollback')}>
        Roll back plan
      </ActionButton>
      <ActionButton variant="default" refusal={null} onClick={() => setSharing(true)}>
        Share
      </ActionButton>
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
      <ShareDialog planId={plan.planId} opened={sharing} onClose={() => setSharing(false)} />
    </>
  );
}

/** The brake, and its release. */
export function PauseOrResume({ plan, figures, tasks }: Props) {
  const { send, sending } = usePlanCommand(plan.planId);
  const [asking, setAsking] = useState(false);
  const offline = useOffline();
  const resumes = plan.intent === 'pause' || plan.halted !== null;
  const command = resumes ? 'resume' : 'pause';
  return (
    <>
      <ActionButton
        variant="default"
        refusal={offline ?? planRefusal(plan, figures, command)}
        loading={sending !== null}
        onClick={() => (resumes ? void send('resume') : setAsking(true))}
      >
        {resumes ? 'Resume plan' : 'Pause plan'}
      </ActionButton>
      <ConfirmDialog
        confirmation={
          asking
            ? { ...QUESTIONS.pause(plan, figures, tasks), onConfirm: (reason) => send('pause', reason) }
            : null
        }
        onClose={() => setAsking(false)}
      />
    </>
  );
}

type Question = Omit<Confirmation, 'onConfirm' | 'planId'>;
type Ask = (plan: PlanView, figures: Figures, tasks: readonly TaskView[]) => Question;

const tenants = (count: number) => `${count} ${count === 1 ? 'tenant' : 'tenants'}`;
const tasksOf = (count: number, word: string) => `${count} ${word} ${count === 1 ? 'task' : 'tasks'}`;

const QUESTIONS: Record<'pause' | 'cancel' | 'rollback', Ask> = {
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
};
