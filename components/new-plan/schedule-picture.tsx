'use client';

import { Text } from '@mantine/core';
import { useLocale, useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { formatDuration, formatDurationRange } from '@/components/ui/duration';
import type { Outputs } from '@/server/api/router';
import { barsOf } from './schedule-bars';
import classes from './schedule-picture.module.css';

type Schedule = Outputs['plans']['project'];

/** Every wave on one scale of time: how long it takes in a good and in a bad case, and how long it is watched after. */
export function SchedulePicture({ schedule }: { schedule: Schedule }) {
  const t = useTranslations('newPlan.schedule');
  const say = useSay();
  const locale = useLocale();
  const { waves, task, basis, unknownStages } = schedule;
  // Without any past run, only how long the waves are watched is known.
  const known = task.to > 0;
  const last = waves.at(-1)?.ends ?? { from: 0, to: 0 };
  const span = ({ from, to }: { from: number; to: number }) =>
    formatDurationRange(from * 1000, to * 1000, locale);
  const missing = unknownStages.join(', ');
  return (
    <div>
      <Text fw={580} mb="xs">
        {known && last.to > 0 ? t('inAll', { time: span(last) }) : t('notKnown')}
      </Text>
      <ol className={classes.waves} aria-label={t('label')}>
        {barsOf(waves).map((bar, index) => {
          const wave = waves[index];
          if (!wave) return null;
          const { name, tenants, starts, ends, bakeSeconds } = wave;
          const takes = { from: ends.from - starts.from, to: ends.to - starts.to };
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a wave is its place.
            <li key={index} className={classes.wave}>
              <span className={classes.name}>
                {index + 1} · {say(name)}
              </span>
              <span className={classes.size}>{t('size', { count: tenants })}</span>
              <span className={classes.track} aria-hidden="true">
                {bar.slow && <span className={classes.slow} style={bar.slow} />}
                {bar.good && <span className={classes.good} style={bar.good} />}
                {bar.bake && <span className={classes.bake} style={bar.bake} />}
              </span>
              <span className={classes.words}>
                {[
                  known && takes.to > 0 && t('takes', { time: span(takes) }),
                  known && starts.to > 0 && t('starts', { time: span(starts) }),
                  bakeSeconds > 0 && t('bakes', { time: formatDuration(bakeSeconds * 1000, locale) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          );
        })}
      </ol>
      <Text size="sm" c="dimmed" mt="xs">
        {basis === 0
          ? t('noBasis', { stages: missing })
          : missing
            ? t('partBasis', { count: basis, stages: missing })
            : t('basis', { count: basis })}{' '}
        {t('notForeseen')}
      </Text>
    </div>
  );
}
