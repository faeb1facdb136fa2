import type { EventKind } from './events';

/** One stage of a lane: where it began, how it ended. Times are ISO 8601, database time. */
export interface Segment {
  stage: string;
  stageIndex: number;
  direction: 'forward' | 'rollback';
  /** Counts runs of the lane: a retry or rollback begins a new one. */
  run: number;
  from: string;
  to: string | null;
  outcome: 'running' | 'succeeded' | 'failed' | 'skipped';
}

/** A task's history as it is drawn. An open pause or segment has no end yet. */
export interface Lane {
  segments: Segment[];
  pauses: { from: string; to: string | null }[];
  run: number;
  /** When another process took its run over; absent in what a server of the version before sends. */
  recoveries?: string[];
}

export const EMPTY_LANE: Lane = { segments: [], pauses: [], run: 0, recoveries: [] };

/** The lane after one more event; pure, the same for stored and for live events. Other kinds leave it as it is. */
export function extendLane(
  lane: Lane,
  kind: EventKind,
  at: string,
  payload: Readonly<Record<string, unknown>>,
): Lane {
  switch (kind) {
    case 'TaskStarted':
    case 'TaskRetryStarted':
    case 'TaskRollingBack':
      return { ...lane, run: lane.run + 1, pauses: closePause(lane.pauses, at) };
    case 'StageStarted':
      return begun(lane, at, opened(lane, payload, at, 'forward'));
    case 'StageRollingBack':
      return begun(lane, at, opened(lane, payload, at, 'rollback'));
    case 'StageSkipped':
      return begun(lane, at, { ...opened(lane, payload, at, 'forward'), to: at, outcome: 'skipped' });
    case 'StageSucceeded':
    case 'StageRolledBack':
      return { ...lane, segments: closeSegment(lane.segments, at, 'succeeded') };
    case 'StageFailed':
    case 'StageRollbackFailed':
      return { ...lane, segments: closeSegment(lane.segments, at, 'failed') };
    case 'TaskRecovered':
      return { ...lane, recoveries: [...(lane.recoveries ?? []), at] };
    case 'TaskPaused':
      return { ...lane, pauses: [...lane.pauses, { from: at, to: null }] };
    case 'TaskResumed':
    case 'TaskCancelled':
      return { ...lane, pauses: closePause(lane.pauses, at) };
    default:
      return lane;
  }
}

/** Only the last segment is ever open: whatever the end of one was, it was over when the next began. */
function begun(lane: Lane, at: string, segment: Segment): Lane {
  const before =
    lane.segments.at(-1)?.to === null ? closeSegment(lane.segments, at, 'failed') : lane.segments;
  return { ...lane, segments: [...before, segment] };
}

function opened(
  lane: Lane,
  payload: Readonly<Record<string, unknown>>,
  at: string,
  direction: Segment['direction'],
): Segment {
  return {
    stage: String(payload.stage),
    stageIndex: Number(payload.stageIndex),
    direction,
    run: lane.run,
    from: at,
    to: null,
    outcome: 'running',
  };
}

function closeSegment(segments: readonly Segment[], at: string, outcome: Segment['outcome']): Segment[] {
  return segments.map((segment, index) =>
    index === segments.length - 1 && segment.to === null ? { ...segment, to: at, outcome } : segment,
  );
}

function closePause(pauses: Lane['pauses'], at: string): Lane['pauses'] {
  return pauses.map((pause) => (pause.to === null ? { ...pause, to: at } : pause));
}
