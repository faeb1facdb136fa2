import type { CommittedEvent, History, InstanceRecord, TargetCall } from '@/chaos/check/history';
import { mostTriesOf } from '@/chaos/check/most-tries';
import type { SnapshotRef } from '@/db/queries/runs';
import type { PlanState } from '@/domain/plan';
import type { PlaybookDefinition } from '@/domain/playbook';
import { effectivePolicies } from '@/domain/policies/choice';
import type { PlanSettings } from '@/domain/settings';
import type { TaskState } from '@/domain/task';
import type { Snapshot } from '@/domain/tenant';
import type { StageData } from '@/server/executor/checkpoints/checkpoint-store';

export interface PlanRow {
  plan: PlanState;
  revision: number;
  planSeq: number;
  ownSequenceId: number;
  /** There may be something to do for it. */
  awake: boolean;
  /** Rises with every takeover. */
  epoch: number;
  /** The node that drives it. */
  driver: string | null;
  number: number;
  createdAt: number;
  settings: PlanSettings;
  playbook: PlaybookDefinition;
}

export interface TaskRow {
  task: TaskState;
  unitId: string;
  target: SnapshotRef | null;
  previousSnapshotId: string | null;
  revision: number;
  sequenceId: number;
  epoch: number;
  run: number;
  claimed: boolean;
  /** Database time of the first admission. */
  admittedAt: number | null;
}

export interface TenantUnitRow {
  tenantId: string;
  unitId: string;
  unitName: string;
  currentVersion: string | null;
  currentSnapshotId: string | null;
  knownVersion: string | null;
  knownSnapshotId: string | null;
  lastKnownGoodVersion: string | null;
  lastKnownGoodSnapshotId: string | null;
  revision: number;
  /** The task whose send made it unknown what it runs. */
  unknownBy: string | null;
}

export interface CheckpointRow {
  taskId: string;
  direction: TaskState['direction'];
  epoch: number;
  stageIndex: number;
  data: StageData;
}

export type StoredSnapshotRow = Snapshot & { snapshotId: string; tenantId: string };

/** The rows of the database, as far as the executor and the commands know them. */
export class Rows {
  readonly plans = new Map<string, PlanRow>();
  readonly tasks = new Map<string, TaskRow>();
  readonly events: CommittedEvent[] = [];
  /** Who holds a tenant. */
  holds = new Map<string, string>();
  readonly units = new Map<string, TenantUnitRow>();
  readonly snapshots = new Map<string, StoredSnapshotRow>();
  /** Who stored something as the driver of a plan, and under which epoch it was. */
  readonly drives: NonNullable<History['drives']> = [];
  readonly audit = new Map<string, Record<string, unknown>>();
  readonly checkpoints = new Map<string, CheckpointRow>();
  /** Processes that execute. */
  readonly nodes = new Set<string>();
  stopped = false;
  /** Commits that wrote something: also those that tell nothing, as taking over and going to rest. */
  writes = 0;
  /** When everything was stopped and let go again. */
  readonly stops: History['stops'] = [];
  /** Switched off and turned round only by planted defects. */
  guarded = true;
  pendingOrder: 1 | -1 = 1;
  acceptsFailures = false;
  recovers = true;
  counts = true;
  /** Without it what another task sent counts as drift: one more way to end with nothing sent. */
  knowsUnconfirmed = true;

  constructor(
    /** Database time, in milliseconds. */
    readonly millis: () => number,
  ) {}

  now(): Date {
    return new Date(this.millis());
  }

  /** Its driver stored something. */
  drove(planId: string, driver: string): void {
    const epoch = this.plans.get(planId)?.epoch ?? 0;
    const last = this.drives.findLast((one) => one.planId === planId);
    if (last?.epoch !== epoch || last.driver !== driver) this.drives.push({ planId, epoch, driver });
  }

  tasksOf(planId: string): TaskRow[] {
    const tasks: TaskRow[] = [];
    for (const row of this.tasks.values()) if (row.task.planId === planId) tasks.push(row);
    return tasks;
  }

  stop(stopped: boolean): void {
    const open = this.stops.at(-1);
    if (stopped && !this.stopped) this.stops.push({ from: this.millis(), until: null });
    else if (!stopped && open?.until === null) open.until = this.millis();
    this.stopped = stopped;
  }

  history(calls: TargetCall[], instances: InstanceRecord[], atRest: boolean): History {
    const events = [...this.events].sort((a, b) =>
      a.planId === b.planId ? a.planSeq - b.planSeq : a.planId < b.planId ? -1 : 1,
    );
    return {
      plans: [...this.plans.values()].map(({ plan, planSeq, ownSequenceId, settings, playbook, awake }) => ({
        plan,
        awake,
        planSeq,
        ownSequenceId,
        completion: effectivePolicies(settings.policies, playbook.policies ?? {}).completion,
        mostTries: mostTriesOf(playbook),
      })),
      tasks: [...this.tasks.values()].map((row) => ({
        task: this.withPrevious(row),
        sequenceId: row.sequenceId,
        epoch: row.epoch,
        targetVersion: row.target?.version ?? null,
        unitId: row.unitId,
      })),
      events,
      tenants: [...this.units.values()],
      holds: [...this.holds].map(([tenantId, taskId]) => ({ tenantId, taskId })),
      checkpoints: [...this.checkpoints.values()],
      calls,
      instances,
      stops: this.stops,
      freezes: false,
      atRest,
      drives: this.drives,
    };
  }

  withPrevious({ task, previousSnapshotId }: TaskRow): TaskState {
    const snapshot = previousSnapshotId ? this.snapshots.get(previousSnapshotId) : undefined;
    if (!snapshot) return task.previous === null ? task : { ...task, previous: null };
    const { unitId, unitName, version, snapshotId } = snapshot;
    return { ...task, previous: { unitId, unitName, version, snapshotId } };
  }
}
