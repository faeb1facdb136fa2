import type { CSSProperties } from 'react';
import { curvePath, type Point } from './curve-path';
import classes from './progress-curve.module.css';

const BOX = { width: 720, height: 96 };

/** How many were done over time: a curve that needs no script, and scales to the width there is; its ends below in words. */
export function ProgressCurve(props: {
  points: readonly Point[];
  time: { from: number; to: number };
  of: number;
  /** All of it in one sentence, for who does not see it. */
  label: string;
  from: string;
  done: string;
  to: string;
  /** In pixels. */
  height?: number;
}) {
  const line = curvePath(props.points, props.time, props.of, BOX);
  return (
    <>
      <svg
        className={classes.curve}
        style={props.height ? ({ '--curve-height': `${props.height}px` } as CSSProperties) : undefined}
        viewBox={`0 0 ${BOX.width} ${BOX.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={props.label}
      >
        {line !== '' && <path d={`${line}V${BOX.height}Z`} className={classes.area} />}
        {line !== '' && <path d={line} className={classes.line} vectorEffect="non-scaling-stroke" />}
      </svg>
      <div className={classes.ends} aria-hidden="true">
        <span>{props.from}</span>
        <span>{props.done}</span>
        <span>{props.to}</span>
      </div>
    </>
  );
}
