'use client';

import type { CSSProperties, ReactNode } from 'react';
import { useLocale } from 'use-intl';
import type { Locale } from '@/components/i18n/locale';
import type { PlanStatus } from '@/domain/plan';
import type { TaskStatus } from '@/domain/task';
import classes from './status.module.css';
import * as shapes from './status-shapes';
import type { Tone } from './tones';

/** How an area in the colour of a status is filled, so that it is told apart without colour. */
export type Fill = 'solid' | 'hatched' | 'dotted' | 'outline' | 'dashed' | 'thick' | 'bicolour';

/** How one confirmed status looks and what it is called. */
export type StatusLook = { tone: Tone; fill: Fill; shape: ReactNode; label: Record<Locale, string> };

/** The one table of looks. A status added to the domain does not compile until it has one. */
export const STATUS_LOOKS: Record<TaskStatus | PlanStatus, StatusLook> = {
  CREATED: look('slate', 'outline', shapes.hollowSquare, 'Created', '已创建'),
  VALIDATING: look('slate', 'solid', shapes.dottedCircle, 'Validating', '校验中'),
  VALIDATION_FAILED: look('vermilion', 'outline', shapes.octagonQuestion, 'Validation failed', '校验失败'),
  READY: look('slate', 'solid', shapes.filledSquare, 'Ready', '就绪'),
  PENDING: look('slate', 'solid', shapes.hollowCircle, 'Pending', '排队中'),
  RUNNING: look('blue', 'solid', shapes.threeQuarterRing, 'Running', '执行中'),
  PAUSED: look('amber', 'hatched', shapes.hatchedBars, 'Paused', '已暂停'),
  COMPLETED: look('teal', 'solid', shapes.checkDisc, 'Completed', '已完成'),
  PARTIAL_FAILED: look('vermilion', 'outline', shapes.halfOctagon, 'Partly failed', '部分失败'),
  FAILED: look('vermilion', 'thick', shapes.crossOctagon, 'Failed', '失败'),
  CANCELLED: look('grey', 'dashed', shapes.slashCircle, 'Cancelled', '已取消'),
  ROLLING_BACK: look('purple', 'solid', shapes.uTurn, 'Rolling back', '回滚中'),
  ROLLED_BACK: look('purple', 'dotted', shapes.dottedDiscUTurn, 'Rolled back', '已回滚'),
  ROLLBACK_FAILED: look('vermilion', 'bicolour', shapes.octagonUTurn, 'Rollback failed', '回滚失败'),
};

/** Not a status of its own: it lies over the confirmed one when beats stay away. */
const NO_HEARTBEAT_LOOK: StatusLook = look('amber', 'outline', shapes.clockAlert, 'No heartbeat', '心跳超时');

function look(tone: Tone, fill: Fill, shape: ReactNode, en: string, zh: string): StatusLook {
  return { tone, fill, shape, label: { en, 'zh-CN': zh } };
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
 * `noHeartbeat` lays the warning over it.
 */
export function StatusBadge(props: {
  status: TaskStatus | PlanStatus;
  quiet?: boolean;
  noHeartbeat?: boolean;
}) {
  const { tone, fill, shape, label } = STATUS_LOOKS[props.status];
  const locale = useLocale();
  const badge = (
    <span
      className={classes.badge}
      data-fill={fill}
      data-quiet={props.quiet || undefined}
      data-stale={props.noHeartbeat || undefined}
      style={toneStyle(tone)}
    >
      <span className={classes.icon}>
        <shapes.Shape size={15}>{shape}</shapes.Shape>
      </span>
      {label[locale]}
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
