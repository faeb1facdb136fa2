'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useWhy } from '@/components/actions/use-why';
import { RelativeTime } from '@/components/ui/relative-time';
import type { TaskView } from '@/domain/view/plan-view';
import { type TaskSituation, waitOf } from '@/domain/why';
import classes from './task-screen.module.css';

/** Everything that is asked of the task and not granted yet: by whom, since when, and what it waits for. */
export function OpenRequests(props: { task: TaskView; situation: TaskSituation }) {
  const { task, situation } = props;
  const t = useTranslations('task');
  const { waits } = useWhy();
  const moving = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
  const { request } = task;
  const { planIntent, planIntentBy } = situation;
  const ofPlan = planIntent !== 'none' && planIntent !== 'close' && moving ? planIntent : null;
  if (!request && !ofPlan) return null;
  const stage = t('waitsForStage', {
    stage: Math.min(task.stageIndex + 1, situation.totalStages),
    of: situation.totalStages,
    name: task.currentStage ?? '',
  });
  return (
    <section className={classes.requests} aria-label={t('requests')}>
      {request && (
        <Text size="sm">
          <b>{t('requestBy', { what: t(`request.${request.kind}`), who: request.by })}</b>{' '}
          <RelativeTime at={request.at} />
          {request.reason && ` (${request.reason})`}:{' '}
          {moving ? (request.now ? t('waitsForNothing') : stage) : waits(waitOf(situation))}
        </Text>
      )}
      {ofPlan && (
        <Text size="sm">
          <b>{t('planRequestBy', { what: t(`request.${ofPlan}`), who: planIntentBy ?? '–' })}</b>: {stage}
        </Text>
      )}
    </section>
  );
}
