'use client';

import dynamic from 'next/dynamic';
import { usePlanStore } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import type { Segment } from '@/domain/lane';
import type { TaskView } from '@/domain/view/plan-view';
import classes from './lane.module.css';
import { type PlacedSegment, placeSegments } from './lane-layout';
import { position, type TimeAxis } from './time-axis';
import { useTimeAxis } from './use-time-view';

/** Nothing narrower has room for a word, in pixels. */
const WORD_PIXELS = 22;
/** And nothing narrower for the steps of a stage. */
const STEPS_PIXELS = 90;

// Wide enough is a stage once somebody zooms in.
const StageSteps = dynamic(() => import('./stage-steps').then((module) => module.StageSteps), {
  loading: nothing,
});

/** The history of a task on the time axis: a segment for each stage of each try, paused time hatched. */
export function LaneBar({ task }: { task: TaskView }) {
  const axis = useTimeAxis();
  const store = usePlanStore();
  const now = Date.now() + store.clockOffset();
  const { segments, pauses, recoveries = [] } = task.lane;
  const runs = task.status === 'RUNNING' || task.status === 'ROLLING_BACK';
  return (
    <div className={classes.track} data-track>
      {placeSegments(segments, axis, now).map((placed) => (
        <Stage key={placed.index} taskId={task.taskId} placed={placed} axis={axis} now={now} />
      ))}
      {pauses.map((pause, index) => {
        const left = position(axis, Date.parse(pause.from));
        const right = position(axis, pause.to === null ? now : Date.parse(pause.to));
        if (right === left) return null;
        return (
          <span
            key={pause.from}
            className={classes.pause}
            data-pause={index}
            data-within={segments.some(holds(pause.from)) || undefined}
            data-open={pause.to === null ? left : undefined}
            style={{ left: `${left}%`, width: `${right - left}%` }}
          />
        );
      })}
      {recoveries.filter(within(axis)).map((at) => (
        <span
          key={at}
          className={classes.takeover}
          data-takeover={at}
          style={{ left: `${position(axis, Date.parse(at))}%` }}
        />
      ))}
      {runs &&
        store
          .beats(task)
          .filter(within(axis))
          .map((at) => (
            <span key={at} className={classes.beat} style={{ left: `${position(axis, Date.parse(at))}%` }} />
          ))}
    </div>
  );
}

function Stage(props: { taskId: string; placed: PlacedSegment; axis: TimeAxis; now: number }) {
  const { placed, axis } = props;
  const { segment, left, width, index, begins } = placed;
  const room = (width / 100) * axis.width;
  const forward = segment.direction === 'forward';
  return (
    <span
      className={classes.segment}
      data-outcome={segment.outcome}
      data-direction={segment.direction}
      data-begins={begins || undefined}
      data-segment={index}
      // Its end goes on without rendering.
      data-open={segment.to === null ? left : undefined}
      style={{ left: `${left}%`, width: `${width}%` }}
    >
      {room >= STEPS_PIXELS ? (
        <StageSteps {...props} />
      ) : (
        (room >= WORD_PIXELS || segment.to === null) && (
          <span className={classes.stage}>
            {begins && forward && <b className={classes.run}>{segment.run}</b>}
            {segment.stage}
          </span>
        )
      )}
    </span>
  );
}

/** Whether a stage was under way at a moment: it waited for an approval. */
const holds =
  (iso: string) =>
  ({ from, to }: Segment) =>
    from <= iso && (to === null || to > iso);

const within =
  ({ from, to }: TimeAxis) =>
  (iso: string) => {
    const at = Date.parse(iso);
    return at >= from && at <= to;
  };

/** Lets whatever is open in these lanes go on until now: once a second for all, which renders nothing. */
export function growOpen(lanes: HTMLElement, axis: TimeAxis, now: number): void {
  const right = position(axis, now);
  for (const open of lanes.querySelectorAll<HTMLElement>('[data-open]'))
    open.style.width = `${Math.max(0, right - Number(open.dataset.open))}%`;
}
