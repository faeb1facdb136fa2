'use client';

import { Paper, Stack, Text, Title } from '@mantine/core';
import { useLocale, useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import { formatDuration } from '@/components/ui/duration';
import { RelativeTime } from '@/components/ui/relative-time';
import type { LiveEvent } from '@/domain/view/plan-view';
import classes from './attempts.module.css';
import { CallRow } from './call-row';
import { HealthRounds } from './health-rounds';
import { type StepRun, type StepRuns, stepRuns, waterfall } from './step-runs';

/** Every step that was begun, the last one first, its attempts side by side with what was sent and answered. */
export function StepAttempts({ events }: { events: readonly LiveEvent[] }) {
  const t = useTranslations('task.attempts');
  const steps = stepRuns(events).reverse();
  if (steps.length === 0) return <Text c="dimmed">{t('none')}</Text>;
  return (
    <Stack gap="md">
      {steps.map((step) => (
        <Step key={`${step.stage} ${step.step}`} step={step} />
      ))}
    </Stack>
  );
}

function Step({ step }: { step: StepRuns }) {
  const failed = step.runs.at(-1)?.outcome === 'failed';
  return (
    <Paper component="section" withBorder p="md" data-failed={failed || undefined} className={classes.step}>
      <Title order={3} mb="xs">
        {step.stage} · {step.step}
      </Title>
      <div className={classes.attempts}>
        {step.runs.map((run, index) => (
          <Attempt key={run.planSeq} of={step} run={run} number={index + 1} />
        ))}
      </div>
    </Paper>
  );
}

function Attempt({ of, run, number }: { of: StepRuns; run: StepRun; number: number }) {
  const t = useTranslations('task.attempts');
  const locale = useLocale();
  const spans = waterfall(run);
  const took =
    run.startedAt && run.endedAt
      ? formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt), locale)
      : null;
  return (
    <section
      className={classes.attempt}
      aria-label={t('label', { number, stage: of.stage, step: of.step })}
      data-outcome={run.outcome}
    >
      <div className={classes.head}>
        <b>{t(run.direction === 'rollback' ? 'back' : 'attempt', { number })}</b>
        <span className={classes.outcome}>{t(`outcome.${run.outcome}`)}</span>
        {took && <span className={classes.small}>{took}</span>}
        {run.startedAt && (
          <span className={classes.small}>
            <RelativeTime at={run.startedAt} />
          </span>
        )}
      </div>
      {run.message !== '' && (
        <Text size="sm" c={run.outcome === 'failed' ? 'var(--sy-vermilion-text)' : 'dimmed'} mb="xs">
          <Said text={run.message} />
        </Text>
      )}
      {run.rounds.length > 0 && <HealthRounds rounds={run.rounds} />}
      {run.calls.map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stored list never changes its order.
        <CallRow key={index} number={index + 1} call={call} span={spans[index]} />
      ))}
    </section>
  );
}
