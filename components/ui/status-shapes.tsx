import type { ReactNode } from 'react';
import classes from './status.module.css';

/*
 * Shapes of the statuses on a 16 × 16 grid, drawn in currentColor so that each stays readable in print and
 * for people who do not see its hue. Hatching and dots are drawn line by line: patterns would need ids.
 */
const OCTAGON = 'M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z';
const U_TURN = 'M6.6 3.6 3.6 6.6l3 3M3.9 6.6h4.9a2.9 2.9 0 0 1 0 5.8H6.4';
const SMALL_U_TURN = 'M7 4.9 5.1 6.8 7 8.7M5.3 6.8h3.5a1.95 1.95 0 0 1 0 3.9H7.3';

const stroke = (width: number) => ({
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: width,
  strokeLinecap: 'round' as const,
  strokeLinejoin: 'round' as const,
});

export const dottedCircle = <circle cx="8" cy="8" r="5.6" {...stroke(1.7)} strokeDasharray="0.1 3.42" />;

export const octagonQuestion = (
  <>
    <path d={OCTAGON} {...stroke(1.4)} />
    <path d="M6.4 6.3a1.65 1.65 0 1 1 2.5 1.45c-.6.35-.9.65-.9 1.25" {...stroke(1.4)} />
    <circle cx="8" cy="11.1" r="0.85" fill="currentColor" />
  </>
);

export const hollowCircle = <circle cx="8" cy="8" r="5.25" {...stroke(1.6)} />;

export const threeQuarterRing = (
  <g className={classes.spin}>
    <circle cx="8" cy="8" r="5.4" {...stroke(2)} opacity="0.22" />
    <path d="M8 2.6A5.4 5.4 0 1 1 2.6 8" {...stroke(2)} />
  </g>
);

export const hatchedBars = (
  <>
    <rect x="3.4" y="2.6" width="3.4" height="10.8" rx="0.9" {...stroke(1.3)} />
    <rect x="9.2" y="2.6" width="3.4" height="10.8" rx="0.9" {...stroke(1.3)} />
    <path
      d="m3.6 6.4 3-3M3.6 9.4l3-3M3.6 12.4l3-3m2.8-3 3-3m-3 6 3-3m-3 6 3-3"
      {...stroke(1.1)}
      strokeLinecap="butt"
    />
  </>
);

export const checkDisc = (
  <>
    <circle cx="8" cy="8" r="6.25" fill="currentColor" />
    <path d="m5.2 8.2 2 2 3.7-4.2" {...stroke(1.7)} stroke="var(--sy-surface)" />
  </>
);

export const crossOctagon = (
  <>
    <path d={OCTAGON} {...stroke(2)} />
    <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" {...stroke(1.9)} />
  </>
);

export const slashCircle = (
  <>
    <circle cx="8" cy="8" r="5.6" {...stroke(1.5)} strokeDasharray="2.6 1.8" strokeLinecap="butt" />
    <path d="M4.9 11.1 11.1 4.9" {...stroke(1.5)} />
  </>
);

export const uTurn = <path d={U_TURN} {...stroke(1.8)} />;

export const dottedDiscUTurn = (
  <>
    <circle cx="8" cy="8" r="6.3" {...stroke(1.3)} />
    <path d={SMALL_U_TURN} {...stroke(1.5)} />
    <g fill="currentColor">
      <circle cx="8" cy="3.3" r="0.55" />
      <circle cx="5.3" cy="4" r="0.5" />
      <circle cx="10.7" cy="4" r="0.5" />
      <circle cx="12.3" cy="6.2" r="0.5" />
      <circle cx="3.5" cy="8.8" r="0.5" />
      <circle cx="4.9" cy="11" r="0.5" />
      <circle cx="12.2" cy="9.9" r="0.5" />
      <circle cx="9.4" cy="12.6" r="0.5" />
      <circle cx="6.9" cy="12.6" r="0.5" />
    </g>
  </>
);

export const octagonUTurn = (
  <>
    <path d={OCTAGON} {...stroke(1.6)} fill="var(--sy-purple-soft)" stroke="var(--sy-purple)" />
    <path d={SMALL_U_TURN} {...stroke(1.8)} stroke="var(--sy-vermilion)" />
  </>
);

export const hollowSquare = <rect x="2.9" y="2.9" width="10.2" height="10.2" rx="1.6" {...stroke(1.5)} />;

export const filledSquare = <rect x="2.4" y="2.4" width="11.2" height="11.2" rx="1.8" fill="currentColor" />;

export const halfOctagon = (
  <>
    <path d={OCTAGON} {...stroke(1.6)} />
    <path d="M8 1.75H5.4L1.75 5.4v5.2l3.65 3.65H8z" fill="currentColor" />
  </>
);

export const clockAlert = (
  <>
    <circle cx="7.2" cy="8" r="5.3" {...stroke(1.5)} strokeDasharray="24 9.3" strokeDashoffset="-4.6" />
    <path d="M7.2 5.2V8l1.7 1.2" {...stroke(1.4)} />
    <path d="M13.4 4.2v3.4" {...stroke(1.9)} />
    <circle cx="13.4" cy="10.3" r="1.05" fill="currentColor" />
  </>
);

/** A shape as an inline picture; the word beside it says the same, so it is hidden from screen readers. */
export function Shape({ size = 16, children }: { size?: number; children: ReactNode }) {
  return (
    <svg
      className={classes.shape}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}
