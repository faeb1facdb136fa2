import { expect, it } from 'vitest';
import { waitsForDecision } from '@/components/live/lane-notes';
import type { Failure } from '@/domain/failure';
import { TASK_STATUSES } from '@/domain/task';
import { pendingTask } from '@/domain/view/testing/pending-task';
import { choicesFor } from './task-decisions';

const errors = ['NETWORK', 'IN_DOUBT', 'DRIFT', null] as const;
const holders = ['operator', 'plan', 'approval', 'policy', null] as const;

it('knows who waits for a decision without the choices', () => {
  for (const status of TASK_STATUSES)
    for (const errorType of errors)
      for (const heldBy of holders) {
        const failure = errorType && ({ errorType } as Failure);
        const undecided = {
          tenantId: 't',
          status,
          heldBy,
          stage: null,
          errorType,
          approval: null,
          madeBy: 'op',
          requested: false,
        };
        const waits = waitsForDecision({ ...pendingTask(1), status, heldBy, failure });
        expect(waits, `${status} ${errorType} ${heldBy}`).toBe(choicesFor(undecided).length > 0);
      }
});
