import type { AdmissionCandidate, Arrival, Brakes, Outlook, Room, RunMaterial } from '@/db/queries/execution';
import type { PlanWithCounts, TaskSelection, TaskWithContext } from '@/db/queries/runs';
import type { Finished } from '@/domain/threshold';
import { tenantRevision } from './commit';
import { type ModelDatabase, modelOf } from './connections';
import * as reads from './reads';
import type { Rows, StoredSnapshotRow } from './rows';

/**
 * Stands in for the modules of db/queries in the simulation: the same functions, answered by the model. Each is one
 * operation, so that anything may happen between two of them.
 */
type Db = Parameters<typeof modelOf>[0];

const ask = <T>(db: Db, read: (model: ModelDatabase['rows']) => T): Promise<T> => {
  const { io, rows } = modelOf(db);
  return io.perform('read', () => read(rows));
};

export const readTask = (db: Db, taskId: string): Promise<TaskWithContext | null> =>
  ask(db, (rows) => {
    const row = rows.tasks.get(taskId);
    return row ? reads.withContext(rows, row) : null;
  });

export const readTasksById = (db: Db, taskIds: readonly string[]): Promise<TaskWithContext[]> =>
  ask(db, (rows) =>
    taskIds.flatMap((taskId) => {
      const row = rows.tasks.get(taskId);
      return row ? [reads.withContext(rows, row)] : [];
    }),
  );

export const readTasksOfPlan = (
  db: Db,
  planId: string,
  selection: TaskSelection,
  page: { after: string; limit: number },
): Promise<TaskWithContext[]> => ask(db, (rows) => reads.selected(rows, planId, selection, page));

export const readPlan = (db: Db, planId: string): Promise<PlanWithCounts | null> =>
  ask(db, (rows) => {
    const row = rows.plans.get(planId);
    return row ? reads.planWithCounts(rows, row) : null;
  });

export const readBrakes = (db: Db): Promise<Brakes> =>
  ask(db, (rows) => ({
    now: rows.now(),
    stopped: rows.stopped ? { by: 'op', reason: 'everything stops', at: '' } : null,
    freezes: [],
    override: null,
  }));

export const confirmedSnapshots = async () => new Map();

export const readPlansDue = async (): Promise<PlanWithCounts[]> => [];
export const readOutlook = (db: Db, planId: string, sweep: boolean): Promise<Outlook> =>
  ask(db, (rows) => reads.outlookOf(rows, planId, sweep));
export const plansInHand = (db: Db) => ask(db, reads.inHand);
export const releaseLeakedHolds = (db: Db): Promise<string[]> => ask(db, reads.releaseLeaked);

export const admissionCandidates = (
  db: Db,
  room: Room,
): Promise<{ now: Date; candidates: AdmissionCandidate[] }> =>
  ask(db, (rows) => ({ now: rows.now(), candidates: reads.candidates(rows, room) }));

export const finishedSince = (db: Db, planId: string, since: Date | null): Promise<Finished[]> =>
  ask(db, (rows) => reads.finished(rows, planId, since));

export const readArrivals = async (db: Db, taskIds: readonly string[]): Promise<Arrival[]> =>
  taskIds.length === 0
    ? []
    : ask(db, (rows) =>
        taskIds.flatMap((taskId) => {
          const row = rows.tasks.get(taskId);
          return materialOf(rows, taskId).flatMap(([, material]) =>
            row
              ? [
                  {
                    material,
                    source: reads.sourceOf(rows, row),
                    tenantRevision: tenantRevision(rows, row.task),
                  },
                ]
              : [],
          );
        }),
      );

export const insertSnapshots = (db: Db, snapshots: readonly StoredSnapshotRow[]): Promise<void> =>
  ask(db, (rows) => {
    for (const one of snapshots) rows.snapshots.set(one.snapshotId, one);
  });

export const readRuns = (db: Db, taskIds: readonly string[]): Promise<Map<string, RunMaterial>> =>
  ask(db, (rows) => new Map(taskIds.flatMap((taskId) => materialOf(rows, taskId))));

function materialOf(rows: Rows, taskId: string): [string, RunMaterial][] {
  const row = rows.tasks.get(taskId);
  const target = row?.target ? rows.snapshots.get(row.target.snapshotId) : undefined;
  if (!row || !target) return [];
  const material: RunMaterial = {
    read: reads.withContext(rows, row),
    playbook: reads.planOf(rows, row.task.planId).playbook,
    target,
    previous: row.previousSnapshotId ? (rows.snapshots.get(row.previousSnapshotId) ?? null) : null,
    recordedVersion: reads.recordedVersion(rows, row),
    unconfirmed: reads.unconfirmed(rows, row),
    runsTarget: reads.runsTarget(rows, row),
  };
  return [[taskId, material]];
}
