'use client';

import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useTRPCClient } from '@/components/api/client';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { Segment } from '@/domain/lane';
import type { StepTime } from '@/domain/view/step-times';
import classes from './lane.module.css';
import type { PlacedSegment } from './lane-layout';
import { placeSteps } from './step-layout';
import { stepRequestsOf } from './step-requests';
import type { TimeAxis } from './time-axis';

/** Nothing narrower has room for the name of a step, in pixels. */
const WORD_PIXELS = 34;

/** What a stage consists of, where its part of the lane is wide enough to show that. Until it is known the stage is named. */
export function StageSteps(props: { taskId: string; placed: PlacedSegment; axis: TimeAxis; now: number }) {
  const { taskId, placed, axis, now } = props;
  const steps = placeSteps(useSteps(taskId), placed, axis, now);
  const { segment } = placed;
  if (steps.length === 0) return <span className={classes.stage}>{segment.stage}</span>;
  return steps.map(({ time, index, left, width, open }, place) => (
    <span
      key={time.from}
      className={classes.step}
      data-outcome={time.outcome}
      data-step={index}
      // What is under way goes as far as its stage.
      style={open ? { left: `${left}%`, right: 0 } : { left: `${left}%`, width: `${width}%` }}
    >
      {(width / 100) * (placed.width / 100) * axis.width >= WORD_PIXELS && (
        <StepName segment={segment} time={time} first={place === 0} />
      )}
    </span>
  ));
}

function StepName({ segment, time, first }: { segment: Segment; time: StepTime; first: boolean }) {
  return (
    <span className={classes.stage}>
      {first && <b className={classes.run}>{segment.stage}</b>}
      {time.step}
    </span>
  );
}

/** When the steps of a task ran; asked for together with those of the other lanes in view. */
function useSteps(taskId: string): readonly StepTime[] {
  const store = usePlanStore();
  const client = useTRPCClient();
  const { planId } = store.plan();
  useEffect(
    () => stepRequestsOf(store, (taskIds) => client.plans.steps.query({ planId, taskIds })).want(taskId),
    [store, client, planId, taskId],
  );
  const subscribe = useCallback((told: () => void) => store.subscribeTask(taskId, told), [store, taskId]);
  const read = () => store.stepTimes.of(taskId);
  return useSyncExternalStore(subscribe, read, read);
}
