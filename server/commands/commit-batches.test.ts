import { expect, it } from 'vitest';
import { CommitBatches } from './commit-batches';
import type { TaskChange } from './commit-transition';

const change = (taskId: string, commitId: string): TaskChange => ({
  taskId,
  planId: 'PLN-1',
  tenantId: 'a',
  commitId,
  events: [],
});

it('stores two changes of one task one after the other, and those of others together', async () => {
  const stored: (string | undefined)[][] = [];
  const batches = new CommitBatches(
    async (changes) => {
      stored.push(changes.map(({ commitId }) => commitId));
    },
    () => false,
  );
  // As when a heartbeat is due while the same run finishes a stage.
  await Promise.all([
    batches.add(change('PLN-1.1', 'stage')),
    batches.add(change('PLN-1.1', 'heartbeat')),
    batches.add(change('PLN-1.2', 'other')),
  ]);
  expect(stored).toEqual([['stage', 'other'], ['heartbeat']]);
});
