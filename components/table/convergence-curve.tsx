'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Point } from '@/components/ui/curve-path';
import { ProgressCurve } from '@/components/ui/progress-curve';

/** How many tenants have come to a version over time, of a plan or of the fleet; `from` and `to` say its ends in words. */
export function ConvergenceCurve(props: {
  version: string;
  points: readonly Point[];
  time: { from: number; to: number };
  of: number;
  from: string;
  to: string;
}) {
  const { version, points, of, from, to } = props;
  const t = useTranslations('matrix');
  const done = points.at(-1)?.done ?? 0;
  return (
    <section aria-label={t('converged', { version })}>
      <Text component="h2" size="sm" fw={560} mb={4}>
        {t('converged', { version })}
      </Text>
      <ProgressCurve
        points={points}
        time={props.time}
        of={of}
        label={t('convergedOf', { done, of, version, from, to })}
        {...{ from, to, done: t('doneOf', { done, of }), height: 56 }}
      />
    </section>
  );
}
