import { useTranslations } from 'use-intl';
import classes from './measured-curve.module.css';

const WIDTH = 240;
const HEIGHT = 48;
/** So that the first and the last point are not cut. */
const EDGE = 4;

/** What a metric gate measured once: no number where there was none. */
export interface MeasuredPoint {
  key: string | number;
  value: number | null;
  /** Of what runs the old version still. */
  baseline: number | null;
  failed: boolean;
}

/** The numbers of a metric gate in order: a point each, and beside it that of the old version where there is one. */
export function MeasuredCurve({ points }: { points: readonly MeasuredPoint[] }) {
  const t = useTranslations('ui');
  const known = points.flatMap(({ value, baseline }) => [value, baseline]).filter((one) => one !== null);
  if (known.length < 2) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (index: number) => EDGE + (index * (WIDTH - 2 * EDGE)) / Math.max(1, points.length - 1);
  const y = (value: number) =>
    high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) * (HEIGHT - 2 * EDGE)) / (high - low);
  const line = (of: 'value' | 'baseline') =>
    points.flatMap((point, index) => (point[of] === null ? [] : `${x(index)},${y(point[of])}`)).join(' ');
  return (
    <svg
      className={classes.chart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('measured', { low: String(low), high: String(high), count: points.length })}
    >
      <polyline className={classes.baseline} points={line('baseline')} />
      <polyline className={classes.curve} points={line('value')} />
      {points.map(({ key, value, failed }, index) =>
        value === null ? null : (
          <circle
            key={key}
            className={classes.point}
            data-failed={failed || undefined}
            cx={x(index)}
            cy={y(value)}
            r={3}
          />
        ),
      )}
    </svg>
  );
}
