'use client';

import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { TaskActionDialogs } from '@/components/actions/task-actions';
import { TaskDecisions } from '@/components/actions/task-decisions';
import { useApprovalWords } from '@/components/actions/use-approval-words';
import { useDecide } from '@/components/actions/use-decide';
import { errorText, useTRPC } from '@/components/api/client';
import { Said } from '@/components/i18n/said';
import rows from '@/components/table/row-list.module.css';
import { RelativeTime } from '@/components/ui/relative-time';
import { StatusBadge } from '@/components/ui/status';
import type { Outputs } from '@/server/api/router';
import { DecideTogether } from './decide-together';
import classes from './executor.module.css';

type Waiting = Outputs['executor']['waiting']['items'][number];

/** What does not go on until somebody decides, each with the ways to decide. */
export function Decisions({ tasks }: { tasks: readonly Waiting[] }) {
  const t = useTranslations('executor.decisions');
  return (
    <TaskActionDialogs>
      {plansOf(tasks).map((plan) => (
        <DecideTogether key={plan.planId} {...plan} />
      ))}
      <ul className={rows.list} aria-label={t('title')}>
        {tasks.map((task) => (
          <WaitingRow key={task.taskId} task={task} />
        ))}
      </ul>
    </TaskActionDialogs>
  );
}

/** From so many on a plan's approvals are decided together as well. */
const SEVERAL = 2;

/** Plans in which several wait for the approval of who asks. */
function plansOf(tasks: readonly Waiting[]): { planId: string; planName: string; count: number }[] {
  const counts = new Map<string, { planId: string; planName: string; count: number }>();
  for (const { planId, planName, approval, forYou } of tasks) {
    if (!approval || !forYou) continue;
    const before = counts.get(planId);
    counts.set(planId, { planId, planName, count: (before?.count ?? 0) + 1 });
  }
  return [...counts.values()].filter(({ count }) => count >= SEVERAL);
}

const KINDS = { IN_DOUBT: 'inDoubt', DRIFT: 'drift' } as const;

function WaitingRow({ task }: { task: Waiting }) {
  const t = useTranslations('executor.decisions');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const decide = useDecide();
  const wordsOf = useApprovalWords();
  const errorType = task.failure?.errorType ?? null;
  const kind = errorType === 'IN_DOUBT' || errorType === 'DRIFT' ? KINDS[errorType] : 'approval';
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <Link href={`/plans/${task.planId}/tasks/${task.taskId}`} className={classes.name}>
          {task.tenantId}
        </Link>
        <div className={rows.small}>
          <Link href={`/plans/${task.planId}`}>{task.planId}</Link> · {task.planName}
        </div>
      </div>
      <StatusBadge status={task.status} quiet />
      <div className={classes.what}>
        <b>
          {t(kind)} · {task.stage}
        </b>{' '}
        <span className={rows.small}>
          <RelativeTime at={task.since} />
        </span>
        <div>
          {task.approval
            ? [
                task.approval.instructions,
                task.approval.approvers && t('approvers', { who: task.approval.approvers }),
                wordsOf(task.open),
              ]
                .filter(Boolean)
                .join(' ')
            : task.failure && <Said text={task.failure.message} />}
        </div>
      </div>
      <TaskDecisions
        task={{
          tenantId: task.tenantId,
          status: task.status,
          heldBy: task.approval ? 'approval' : null,
          stage: task.stage,
          errorType,
          requested: false,
          approval: task.open,
          madeBy: task.madeBy,
        }}
        refusal={null}
        send={async (decision, reason) => {
          try {
            await decide(task.taskId, decision, { reason, stage: task.stage });
          } catch (error) {
            const words = errorText(error);
            notifications.show({ color: 'red', title: t('refused'), message: words });
            return words;
          }
          await queries.invalidateQueries(trpc.executor.waiting.pathFilter());
          return null;
        }}
      />
    </li>
  );
}
