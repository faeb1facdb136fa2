import { curvePath, type Point } from './progress-curve';
import classes from './status-page.module.css';

const BOX = { width: 720, height: 96 };

/** How many were done over time: a curve that needs no script, and scales to the width there is. */
export function ProgressCurve(props: {
  points: readonly Point[];
  time: { from: number; to: number };
  of: number;
  label: string;
}) {
  const line = curvePath(props.points, props.time, props.of, BOX);
  return (
    <svg
      className={classes.curve}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      {line !== '' && <path d={`${line}V${BOX.height}Z`} className={classes.area} />}
      {line !== '' && <path d={line} className={classes.line} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
