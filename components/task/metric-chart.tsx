'use client';

import { useTranslations } from 'use-intl';
import classes from './attempts.module.css';
import type { Round } from './step-runs';

const WIDTH = 240;
const HEIGHT = 48;
/** So that the first and the last point are not cut. */
const EDGE = 4;

/** The numbers of a metric gate in order: a point each, and beside it that of the old version where there is one. */
export function MetricChart({ rounds }: { rounds: readonly Round[] }) {
  const t = useTranslations('task.attempts');
  const values = rounds.map((round) => numberOf(round, 'value'));
  const baseline = rounds.map((round) => numberOf(round, 'baseline'));
  const known = [...values, ...baseline].filter((one) => one !== null);
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (index: number) => EDGE + (index * (WIDTH - 2 * EDGE)) / Math.max(1, rounds.length - 1);
  const y = (value: number) =>
    high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) * (HEIGHT - 2 * EDGE)) / (high - low);
  const line = (points: readonly (number | null)[]) =>
    points.flatMap((value, index) => (value === null ? [] : `${x(index)},${y(value)}`)).join(' ');
  return (
    <svg
      className={classes.chart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('measured', { low: String(low), high: String(high), count: values.length })}
    >
      <polyline className={classes.baseline} points={line(baseline)} />
      <polyline className={classes.curve} points={line(values)} />
      {values.map((value, index) =>
        value === null ? null : (
          <circle
            key={rounds[index]?.round}
            className={classes.point}
            data-failed={
              rounds[index]?.instances.some(({ instance, ok }) => instance === 'value' && !ok) || undefined
            }
            cx={x(index)}
            cy={y(value)}
            r={3}
          />
        ),
      )}
    </svg>
  );
}

/** Whether rounds are measurements of a metric gate. */
export const isMeasured = ([first]: readonly Round[]): boolean => first?.instances[0]?.instance === 'value';

function numberOf({ instances }: Round, name: string): number | null {
  const { version } = instances.find(({ instance }) => instance === name) ?? { version: null };
  const number = Number(version ?? Number.NaN);
  return Number.isFinite(number) ? number : null;
}
