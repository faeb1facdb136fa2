import type { Database } from '@/db/client';
import { admissionCandidates, readArrivals, readOutlook, readRuns } from '@/db/queries/execution';
import { insertAsMade } from '@/db/queries/planning';
import { readTasksById } from '@/db/queries/runs';
import { createCommitter, type TaskChange, type TenantVersion } from '@/server/commands/commit-transition';

/** A plan and task that do not exist: whatever is asked of them is refused, after everything was looked up. */
const NOBODY = '-';
const GHOST: TaskChange = { taskId: NOBODY, planId: NOBODY, tenantId: NOBODY, events: [] };

const VERSION: TenantVersion = {
  unitId: NOBODY,
  unitName: NOBODY,
  version: NOBODY,
  snapshotId: null,
  lastKnownGood: false,
  actor: NOBODY,
  reason: NOBODY,
};

/**
 * Lets each of the pool's connections plan what the executor will ask: otherwise the first call on each takes thirty
 * milliseconds longer, while somebody waits for the first task to start. Nothing else may use the pool meanwhile, so
 * that of as many calls as there are connections each gets one.
 */
export async function warmUp(db: Database, connections: number): Promise<void> {
  const onEach = (ask: () => Promise<unknown>) => Promise.all(Array.from({ length: connections }, ask));
  // Not its executor's: nobody wants to hear of what is refused.
  const { commitTransition } = createCommitter(db);
  await onEach(() => readOutlook(db));
  await onEach(() => admissionCandidates(db, [], []));
  await onEach(() => readArrivals(db, [NOBODY]));
  await onEach(() => readRuns(db, [NOBODY]));
  await onEach(() => readTasksById(db, [NOBODY]));
  await onEach(() => insertAsMade(db, [[]]));
  const release: TaskChange = { ...GHOST, hold: 'release' };
  await onEach(() => commitTransition({ atomic: false, urgent: true, plans: [], tasks: [release] }));
  const plan = { planId: NOBODY, events: [], served: true };
  const start: TaskChange = { ...GHOST, admission: true, hold: 'take', tenantVersion: VERSION };
  await onEach(() => commitTransition({ atomic: false, urgent: true, plans: [plan], tasks: [start] }));
}
