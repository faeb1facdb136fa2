'use client';

import { Stack, Title } from '@mantine/core';
import { useLocale, useTranslations } from 'use-intl';
import { useDatabaseClock } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import type { Segment } from '@/domain/lane';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { stageHistory } from './stage-history';
import classes from './task-screen.module.css';

/** The stages with how each stands now, and what every earlier attempt did to it. */
export function Stages({ task, plan }: { task: TaskView; plan: PlanView }) {
  const t = useTranslations('task.stages');
  const words = useSegmentWords();
  const history = stageHistory(
    plan.stages,
    task.lane,
    task.status === 'COMPLETED' ? plan.stages.length : task.stageIndex,
  );
  return (
    <Stack gap="xs">
      <Title order={2}>{t('title')}</Title>
      <ol className={classes.stages}>
        {history.map(({ name, now, doneIn, earlier }) => (
          <li
            key={name}
            className={classes.stage}
            data-outcome={now?.outcome ?? (doneIn === null ? undefined : 'succeeded')}
            data-direction={now?.direction}
          >
            <b>{name}</b>
            <div>{now ? words(now) : doneIn === null ? t('notBegun') : t('doneIn', { run: doneIn })}</div>
            {earlier.length > 0 && (
              <ul className={classes.earlier} aria-label={t('earlier')}>
                {earlier.map((segment) => (
                  <li key={segment.from}>
                    {t('inRun', { run: segment.run })} {words(segment)}
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
    </Stack>
  );
}

function useSegmentWords(): (segment: Segment) => string {
  const t = useTranslations('task.stages');
  const now = useDatabaseClock();
  const locale = useLocale();
  return ({ direction, outcome, from, to }) => {
    const length = formatDuration((to === null ? now : Date.parse(to)) - Date.parse(from), locale);
    return t(direction === 'rollback' ? 'back' : 'forward', { outcome: t(`outcome.${outcome}`), length });
  };
}
