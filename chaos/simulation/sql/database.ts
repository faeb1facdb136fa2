import { sql } from 'drizzle-orm';
import { connect, type Database } from '@/db/client';
import { beatNode } from '@/db/queries/nodes';
import { insertSnapshots } from '@/db/queries/planning';
import { tenant, tenantUnit } from '@/db/schema/catalogue';
import { createTestDatabase } from '@/db/testing/test-database';
import { createCommitter } from '@/server/commands/commit-transition';
import { creationOf, snapshotOf, UNIT, type World } from '../world';

/** A test database that one world after the other is put into. */
export class WorldDatabase {
  private constructor(
    readonly db: Database,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(): Promise<WorldDatabase> {
    const database = await createTestDatabase();
    const { db, close } = connect(database.url, 4);
    // Append-only tables cannot be emptied for the next world; everything else that guards the rows stays.
    for (const table of ['event', 'audit', 'tenant_history'])
      await db.execute(sql.raw(`drop trigger ${table}_append_only on ${table}`));
    return new WorldDatabase(db, async () => {
      await close();
      await database.drop();
    });
  }

  /** Empties the tables and stores the tenants with what they run, and the plans made ready. */
  async fill(world: World): Promise<void> {
    await this.db.execute(
      sql`truncate plan, task, event, checkpoint, tenant_run, tenant, tenant_unit, tenant_history, audit, tenant_snapshot, content, node, executor, bulk, bulk_item cascade`,
    );
    const { db } = this;
    await db
      .insert(tenant)
      .values(world.tenants.map(({ tenantId }) => ({ tenantId, name: tenantId, endpoints: [] })));
    const running = world.tenants.flatMap(({ tenantId, runs }) =>
      runs === null ? [] : [snapshotOf(world, tenantId, runs)],
    );
    const targets = world.plans.flatMap((spec) =>
      spec.tenantIds.map((tenantId) => snapshotOf(world, tenantId, spec.version)),
    );
    await insertSnapshots(db, [...running, ...targets]);
    if (running.length > 0) {
      await db.insert(tenantUnit).values(
        running.map(({ tenantId, version, snapshotId }) => ({
          tenantId,
          ...UNIT,
          currentVersion: version,
          currentSnapshotId: snapshotId,
          lastKnownGoodVersion: version,
          lastKnownGoodSnapshotId: snapshotId,
        })),
      );
    }
    const committer = createCommitter(db);
    for (const spec of world.plans) await committer.commitTransition(creationOf(world, spec, world.began));
  }

  /** What its row says of a process. */
  async executes(nodeId: string, executing: boolean): Promise<void> {
    await beatNode(this.db, { nodeId, host: 'here', pid: 1, executing, slots: 4, trouble: {} });
  }

  /** Whether there may be something to do for each plan, and who does it. */
  async driving(): Promise<{ planId: string; awake: boolean; epoch: number; driver: string | null }[]> {
    return [
      ...(await this.db.execute<{ planId: string; awake: boolean; epoch: number; driver: string | null }>(
        sql`select plan_id, awake, epoch, driver from plan order by number`,
      )),
    ];
  }

  async stop(stopped: boolean): Promise<void> {
    const halt = stopped ? JSON.stringify({ by: 'op', reason: 'stop', at: new Date(0).toISOString() }) : null;
    await this.db.execute(sql`
      insert into executor (id, mode, stopped) values (1, 'pg-boss', ${halt}::text::jsonb)
      on conflict (id) do update set stopped = excluded.stopped`);
  }

  close(): Promise<void> {
    return this.drop();
  }
}
