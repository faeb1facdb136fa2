'use client';

import { Group, Paper, Stack, Text } from '@mantine/core';
import { useLocale } from 'use-intl';
import { formatDuration } from '@/components/ui/duration';
import { StoredValues } from '@/components/ui/stored-values';
import type { LiveEvent } from '@/domain/view/plan-view';
import classes from './task-screen.module.css';

/** How one step ended, with everything that was sent for it. */
interface StepEnd {
  planSeq: number;
  stage: string;
  step: string;
  ok: boolean;
  message: string;
  attempts: unknown[];
}

function stepEnds(events: readonly LiveEvent[]): StepEnd[] {
  return events.flatMap((event) => {
    if (event.kind !== 'StepSucceeded' && event.kind !== 'StepFailed') return [];
    const { stage, step, attempts } = event.payload as { stage: string; step: string; attempts?: unknown[] };
    return [
      {
        planSeq: event.planSeq,
        stage,
        step,
        ok: event.kind === 'StepSucceeded',
        message: event.message,
        attempts: attempts ?? [],
      },
    ];
  });
}

/** Every step that has an outcome, the newest first, its attempts side by side with what was sent and answered. */
export function StepAttempts({ events }: { events: readonly LiveEvent[] }) {
  const ends = stepEnds(events).reverse();
  if (ends.length === 0) return <Text c="dimmed">No step has an outcome yet.</Text>;
  return (
    <Stack gap="md">
      {ends.map((end) => (
        <Paper
          key={end.planSeq}
          withBorder
          p="md"
          data-failed={!end.ok || undefined}
          className={classes.step}
        >
          <Text fw={600}>
            {end.stage} · {end.step}: {end.ok ? 'done' : 'failed'}
          </Text>
          <Text size="sm" c={end.ok ? 'dimmed' : 'var(--sy-vermilion-text)'} mb="xs">
            {end.message}
          </Text>
          <Group align="stretch" gap="sm" className={classes.attempts}>
            {end.attempts.map((attempt, index) => (
              <Attempt
                // biome-ignore lint/suspicious/noArrayIndexKey: a stored list never changes its order.
                key={index}
                of={`${end.stage}, ${end.step}, event ${end.planSeq}`}
                number={index + 1}
                attempt={attempt}
              />
            ))}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}

function Attempt({ of, number, attempt }: { of: string; number: number; attempt: unknown }) {
  const locale = useLocale();
  const fields: Record<string, unknown> = isRecord(attempt) ? attempt : { answer: attempt };
  const { ok, millis, instance, ...rest } = fields;
  const title = [
    typeof instance === 'string' ? instance : `Attempt ${number}`,
    ok === false ? 'failed' : null,
    typeof millis === 'number' ? formatDuration(millis, locale) : null,
  ];
  return (
    <section
      className={classes.attempt}
      aria-label={`Attempt ${number} of ${of}`}
      data-failed={ok === false || undefined}
    >
      <Text size="sm" fw={560} mb={4}>
        {title.filter((part) => part !== null).join(' · ')}
      </Text>
      <StoredValues values={Object.entries(rest)} size="xs" className={classes.code} scrolls />
    </section>
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
