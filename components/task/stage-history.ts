import type { Segment } from '@/domain/lane';

/** How a stage stands in the run that counts, and what runs before did to it. */
export interface StageHistory {
  name: string;
  /** In the present run; null where that has not come to it. */
  now: Segment | null;
  /** The run that finished it, where the present one went on after it. */
  doneIn: number | null;
  /** What earlier runs did, the first one first. */
  earlier: Segment[];
}

/**
 * The stages of a task with what each run of it did. A retry goes on after what is done: stages before the one it has come
 * to are finished, although it never touched them.
 */
export function stageHistory(
  stages: readonly string[],
  lane: { segments: readonly Segment[]; run: number },
  stageIndex: number,
): StageHistory[] {
  return stages.map((name, index) => {
    const own = lane.segments.filter((segment) => segment.stage === name);
    const now = own.findLast(({ run }) => run === lane.run) ?? null;
    const earlier = own.filter(({ run }) => run !== lane.run);
    const done = earlier.findLast(
      ({ direction, outcome }) =>
        direction === 'forward' && (outcome === 'succeeded' || outcome === 'skipped'),
    );
    return { name, now, doneIn: now === null && index < stageIndex ? (done?.run ?? null) : null, earlier };
  });
}
