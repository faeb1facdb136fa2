import type { Connections, Io, News } from '../io';
import type { Store } from '../simulate';
import { BEGAN, creationOf, snapshotOf, UNIT, type World } from '../world';
import { commitTransition } from './commit';
import { type Commits, modelConnections } from './connections';
import { leakedData } from './reads';
import { Rows } from './rows';

/** Where a planted defect may take hold of the model; nothing of it is used otherwise. */
export interface ModelHooks {
  rows?(rows: Rows): void;
  /** In place of the statement. */
  commits?(real: Commits): Commits;
  /** In place of what a process reaches the rows with. */
  connections?(real: Connections, rows: Rows, io: Io): Connections;
}

/** A store whose rows are the model's. */
export function modelStore(hooks: ModelHooks = {}): Store {
  let millis = BEGAN.getTime();
  const rows = new Rows(() => millis);
  const commits = hooks.commits?.(commitTransition) ?? commitTransition;
  return {
    turns: 0,
    connect: (io: Io, news: News) => {
      const real = modelConnections(rows, io, commits, news);
      return hooks.connections?.(real, rows, io) ?? real;
    },
    create: async (world) => {
      hooks.rows?.(rows);
      seed(rows, world);
    },
    millis: () => millis,
    pass: (more) => {
      millis += more;
    },
    wait: (more) => {
      millis += more;
    },
    stored: () => rows.writes,
    executes: async (nodeId, executing) => {
      if (executing) rows.nodes.add(nodeId);
      else rows.nodes.delete(nodeId);
    },
    stop: async (stopped) => {
      rows.stop(stopped);
    },
    dropLeakedData: async () => {
      const leaked = leakedData(rows);
      for (const [text, { taskId }] of rows.checkpoints)
        if (leaked.includes(taskId)) rows.checkpoints.delete(text);
    },
    history: async (targets, atRest) => rows.history(targets.calls, targets.instances(), atRest),
  };
}

/** The tenants with what they run, and the plans made ready. */
export function seed(rows: Rows, world: World): void {
  for (const { tenantId, runs } of world.tenants) {
    if (!runs) continue;
    const { snapshotId } = addSnapshot(rows, world, tenantId, runs);
    rows.units.set(`${tenantId} ${UNIT.unitId}`, {
      tenantId,
      ...UNIT,
      currentVersion: runs,
      currentSnapshotId: snapshotId,
      knownVersion: runs,
      knownSnapshotId: snapshotId,
      lastKnownGoodVersion: runs,
      lastKnownGoodSnapshotId: snapshotId,
      revision: 1,
      unknownBy: null,
    });
  }
  for (const spec of world.plans) {
    for (const tenantId of spec.tenantIds) addSnapshot(rows, world, tenantId, spec.version);
    commitTransition(rows, creationOf(world, spec, world.began), `create ${spec.planId}`);
  }
}

function addSnapshot(rows: Rows, world: World, tenantId: string, version: string) {
  const snapshot = snapshotOf(world, tenantId, version);
  rows.snapshots.set(snapshot.snapshotId, snapshot);
  return snapshot;
}
