'use client';

import { useLocale } from 'use-intl';
import { usePlanStore } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import type { Segment } from '@/domain/lane';
import type { TaskView } from '@/domain/view/plan-view';
import classes from './lane.module.css';
import { position, type TimeAxis } from './time-axis';

const OUTCOMES: Record<Segment['outcome'], string> = {
  running: 'running',
  succeeded: 'done',
  failed: 'failed',
  skipped: 'skipped',
};

/** The history of a task on the time axis: a segment for each stage, paused time hatched. */
export function LaneBar({ task, axis }: { task: TaskView; axis: TimeAxis }) {
  const locale = useLocale();
  const now = Date.now() + usePlanStore().clockOffset();
  const { segments, pauses } = task.lane;
  const span = (from: string, to: string | null) => {
    const left = position(axis, Date.parse(from));
    const right = position(axis, to === null ? now : Date.parse(to));
    return {
      style: { left: `${left}%`, width: `${Math.max(0, right - left)}%` },
      // Its end goes on without rendering.
      ...(to === null ? { 'data-open': left } : {}),
    };
  };
  const took = (from: string, to: string | null) =>
    to === null ? '' : `, ${formatDuration(Date.parse(to) - Date.parse(from), locale)}`;
  return (
    <div className={classes.track}>
      {pauses.map((pause) => (
        <span
          key={pause.from}
          className={classes.pause}
          title={`Paused${took(pause.from, pause.to)}`}
          {...span(pause.from, pause.to)}
        />
      ))}
      {segments.map((segment) => (
        <span
          key={`${segment.run}-${segment.direction}-${segment.stageIndex}-${segment.from}`}
          className={classes.segment}
          data-outcome={segment.outcome}
          data-direction={segment.direction}
          title={`${segment.direction === 'rollback' ? 'Rollback of ' : ''}${segment.stage}: ${OUTCOMES[segment.outcome]}${took(segment.from, segment.to)}`}
          {...span(segment.from, segment.to)}
        >
          <span className={classes.stage}>{segment.stage}</span>
        </span>
      ))}
    </div>
  );
}

/** Lets whatever is open in these lanes go on until now: once a second for all, which renders nothing. */
export function growOpen(lanes: HTMLElement, axis: TimeAxis, now: number): void {
  const right = position(axis, now);
  for (const open of lanes.querySelectorAll<HTMLElement>('[data-open]'))
    open.style.width = `${Math.max(0, right - Number(open.dataset.open))}%`;
}
