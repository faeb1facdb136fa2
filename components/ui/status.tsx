'use client';

import type { CSSProperties, ReactNode } from 'react';
import { useLocale } from 'use-intl';
import type { PlanStatus } from '@/domain/plan';
import type { TaskStatus } from '@/domain/task';
import classes from './status.module.css';
import * as shapes from './status-shapes';
import { STATUS_WORDS, type StatusWords } from './status-words';
import type { Tone } from './tones';

/** How an area in the colour of a status is filled, so that it is told apart without colour. */
export type Fill = 'solid' | 'hatched' | 'dotted' | 'outline' | 'dashed' | 'thick' | 'bicolour';

/** How one confirmed status looks and what it is called. */
export type StatusLook = StatusWords & { fill: Fill; shape: ReactNode };

/** The one table of looks. A status added to the domain does not compile until it has one. */
export const STATUS_LOOKS: Record<TaskStatus | PlanStatus, StatusLook> = {
  CREATED: look('CREATED', 'outline', shapes.hollowSquare),
  VALIDATING: look('VALIDATING', 'solid', shapes.dottedCircle),
  VALIDATION_FAILED: look('VALIDATION_FAILED', 'outline', shapes.octagonQuestion),
  READY: look('READY', 'solid', shapes.filledSquare),
  PENDING: look('PENDING', 'solid', shapes.hollowCircle),
  RUNNING: look('RUNNING', 'solid', shapes.threeQuarterRing),
  PAUSED: look('PAUSED', 'hatched', shapes.hatchedBars),
  COMPLETED: look('COMPLETED', 'solid', shapes.checkDisc),
  PARTIAL_FAILED: look('PARTIAL_FAILED', 'outline', shapes.halfOctagon),
  FAILED: look('FAILED', 'thick', shapes.crossOctagon),
  CANCELLED: look('CANCELLED', 'dashed', shapes.slashCircle),
  ROLLING_BACK: look('ROLLING_BACK', 'solid', shapes.uTurn),
  ROLLED_BACK: look('ROLLED_BACK', 'dotted', shapes.dottedDiscUTurn),
  ROLLBACK_FAILED: look('ROLLBACK_FAILED', 'bicolour', shapes.octagonUTurn),
};

/** Not a status of its own: it lies over the confirmed one when beats stay away. */
const NO_HEARTBEAT_LOOK: StatusLook = {
  tone: 'amber',
  label: { en: 'No heartbeat', 'zh-CN': '心跳超时' },
  fill: 'outline',
  shape: shapes.clockAlert,
};

/** Not a status of its own either: completed by the word of the target alone. In dense rows the long word is the title. */
const ACCEPTED_LOOK: StatusLook = {
  tone: 'amber',
  label: { en: 'Accepted, not confirmed', 'zh-CN': '已接受，未确认' },
  fill: 'outline',
  shape: shapes.checkDisc,
};

const ACCEPTED = { en: 'Accepted', 'zh-CN': '已接受' };

function look(status: TaskStatus | PlanStatus, fill: Fill, shape: ReactNode): StatusLook {
  return { ...STATUS_WORDS[status], fill, shape };
}

/** The word for a status, in the language of the page. */
export function useStatusLabel(): (status: TaskStatus | PlanStatus) => string {
  const locale = useLocale();
  return (status) => STATUS_LOOKS[status].label[locale];
}

/** Sets the hue for everything inside. */
export function toneStyle(tone: Tone): CSSProperties {
  const style: Record<`--${string}`, string> = {
    '--tone': `var(--sy-${tone})`,
    '--tone-text': `var(--sy-${tone}-text)`,
    '--tone-soft': `var(--sy-${tone}-soft)`,
  };
  return style;
}

/** Only the shape, for places where the word stands nearby or a `label` is given for those who cannot see it. */
export function StatusIcon(props: { status: TaskStatus | PlanStatus; size?: number; label?: boolean }) {
  const { tone, shape, label } = STATUS_LOOKS[props.status];
  const locale = useLocale();
  const picture = <shapes.Shape size={props.size}>{shape}</shapes.Shape>;
  if (!props.label) {
    return (
      <span className={classes.icon} style={toneStyle(tone)}>
        {picture}
      </span>
    );
  }
  return (
    <span
      className={classes.icon}
      style={toneStyle(tone)}
      role="img"
      aria-label={label[locale]}
      title={label[locale]}
    >
      {picture}
    </span>
  );
}

/**
 * A confirmed status: shape, word and colour. `quiet` leaves out the ground, for dense rows;
 * `noHeartbeat` lays the warning over it, `unconfirmed` says that nothing showed what runs there.
 */
export function StatusBadge(props: {
  status: TaskStatus | PlanStatus;
  quiet?: boolean;
  noHeartbeat?: boolean;
  unconfirmed?: boolean;
}) {
  const { tone, fill, shape, label } = props.unconfirmed ? ACCEPTED_LOOK : STATUS_LOOKS[props.status];
  const short = props.unconfirmed && props.quiet;
  const locale = useLocale();
  const badge = (
    <span
      className={classes.badge}
      data-fill={fill}
      data-quiet={props.quiet || undefined}
      data-stale={props.noHeartbeat || undefined}
      title={short ? label[locale] : undefined}
      style={toneStyle(tone)}
    >
      <span className={classes.icon}>
        <shapes.Shape size={15}>{shape}</shapes.Shape>
      </span>
      {short ? ACCEPTED[locale] : label[locale]}
    </span>
  );
  if (!props.noHeartbeat) return badge;
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      {badge}
      <span className={classes.stale}>
        <shapes.Shape size={15}>{NO_HEARTBEAT_LOOK.shape}</shapes.Shape>
        {NO_HEARTBEAT_LOOK.label[locale]}
      </span>
    </span>
  );
}
