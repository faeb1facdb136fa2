import { expect, it } from 'vitest';
import { EMPTY_LANE, extendLane, type Lane } from './lane';

const at = (second: number) => new Date(second * 1000).toISOString();

it('keeps when a run was taken over, and the stage that went on', () => {
  const open = extendLane(EMPTY_LANE, 'StageStarted', at(1), { stage: 'Config', stageIndex: 0 });
  const lane = extendLane(open, 'TaskRecovered', at(5), {});
  expect(lane.recoveries).toEqual([at(5)]);
  expect(lane.segments).toBe(open.segments);
});

it('goes on from what a server of the version before sent', () => {
  const { recoveries: _, ...before } = EMPTY_LANE;
  const lane: Lane = extendLane(before, 'TaskRecovered', at(5), {});
  expect(lane.recoveries).toEqual([at(5)]);
});

it('begins another run with a retry, and goes back with one of its own', () => {
  const began = extendLane(EMPTY_LANE, 'TaskStarted', at(0), {});
  const first = extendLane(began, 'StageStarted', at(1), { stage: 'Config', stageIndex: 0 });
  const failed = extendLane(first, 'StageFailed', at(2), {});
  const again = extendLane(failed, 'TaskRetryStarted', at(3), {});
  const second = extendLane(again, 'StageStarted', at(4), { stage: 'Config', stageIndex: 0 });
  const back = extendLane(extendLane(second, 'StageSucceeded', at(5), {}), 'TaskRollingBack', at(6), {});
  const rolled = extendLane(back, 'StageRollingBack', at(7), { stage: 'Config', stageIndex: 0 });
  expect(rolled.segments.map(({ run, direction, outcome }) => [run, direction, outcome])).toEqual([
    [1, 'forward', 'failed'],
    [2, 'forward', 'succeeded'],
    [3, 'rollback', 'running'],
  ]);
});

it('has one open stage at most', () => {
  const first = extendLane(EMPTY_LANE, 'StageStarted', at(1), { stage: 'Config', stageIndex: 0 });
  const second = extendLane(first, 'StageStarted', at(4), { stage: 'Reload', stageIndex: 1 });
  expect(second.segments.map(({ to, outcome }) => [to, outcome])).toEqual([
    [at(4), 'failed'],
    [null, 'running'],
  ]);
});
