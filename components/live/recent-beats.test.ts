import { expect, it } from 'vitest';
import type { TaskView } from '@/domain/view/plan-view';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { RecentBeats } from './recent-beats';

const beat = (second: number): TaskView => ({
  ...pendingTask(1),
  status: 'RUNNING',
  heartbeatAt: new Date(second * 1000).toISOString(),
});
const secondsOf = (beats: RecentBeats) => beats.of('PLN-1.1').map((at) => Date.parse(at) / 1000);

it('keeps the last ones of a task that runs, each once', () => {
  const beats = new RecentBeats();
  for (let second = 1; second <= 9; second += 1) {
    beats.change(second === 1 ? null : beat(second - 1), beat(second));
    beats.change(beat(second), { ...beat(second), stageIndex: 1 });
  }
  expect(secondsOf(beats)).toEqual([4, 5, 6, 7, 8, 9]);
});

it('forgets them when the task comes to rest', () => {
  const beats = new RecentBeats();
  beats.change(null, beat(1));
  beats.change(beat(1), { ...beat(1), status: 'COMPLETED' });
  expect(secondsOf(beats)).toEqual([]);
});
