import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { EventKind, EventPayloads } from '@/domain/events';
import { EMPTY_LANE, extendLane, type Lane } from '@/domain/lane';
import type { PlanSnapshot, TaskView } from '@/domain/view/plan-view';
import { PLAN_VIEW, type PlanRow, toPlanView } from './plan-views';
import { SEGMENT_EVENTS, TASK_FROM, TASK_TEXTS, type TaskTexts, taskOf } from './task-view';
import { isoNow } from './times';

/** Events of one statement: what comes of them is taken in within a few milliseconds, and others get their turn. */
const CHUNK = 16_000;

/**
 * The whole plan at one moment. Plan and tasks are read in one statement, so that they belong to one `planSeq`; what the
 * events up to that one say of them does not change any more, and is read beside and after it.
 */
export async function planSnapshot(
  db: Database,
  planId: string,
  maxRetry: number,
): Promise<PlanSnapshot | null> {
  const [before] = await db.execute<{ seq: number; stages: string[] }>(sql`
    select plan_seq::int as seq, jsonb_path_query_array(playbook, '$.stages[*].name') as stages
    from plan where plan_id = ${planId}`);
  if (!before) return null;
  const history = new History(db, planId, before.stages);
  const [[row]] = await Promise.all([
    db.execute<PlanRow & { now: Date; tasks: TaskTexts[] }>(sql`
      select ${PLAN_VIEW}, clock_timestamp() as now,
        (select coalesce(json_agg(${TASK_TEXTS} order by t.ordinal), '[]') ${TASK_FROM}
          where t.plan_id = p.plan_id) as tasks
      from plan p where p.plan_id = ${planId}`),
    history.readUpTo(before.seq),
  ]);
  if (!row) return null;
  const { planSeq } = row;
  await history.readUpTo(planSeq);
  const tasks = row.tasks.map((texts) => {
    const task = taskOf(texts);
    return { ...task, ...history.of(task.taskId) };
  });
  return { planSeq, now: isoNow(row.now), plan: toPlanView(row, maxRetry), tasks };
}

/** What the events of a plan say of its tasks, read from the first on. */
class History {
  readonly #lanes = new Map<string, Lane>();
  readonly #probes = new Map<string, NonNullable<TaskView['probe']>>();
  #planSeq = 0;

  constructor(
    private readonly db: Database,
    private readonly planId: string,
    private readonly stages: readonly string[],
  ) {}

  of(taskId: string): Pick<TaskView, 'lane' | 'probe'> {
    return { lane: this.#lanes.get(taskId) ?? EMPTY_LANE, probe: this.#probes.get(taskId) ?? null };
  }

  async readUpTo(planSeq: number): Promise<void> {
    while (this.#planSeq < planSeq) {
      const last = Math.min(this.#planSeq + CHUNK, planSeq);
      const range = sql`e.plan_id = ${this.planId} and e.plan_seq > ${this.#planSeq} and e.plan_seq <= ${last}`;
      const [[told], probes] = await Promise.all([
        // As one text: a row for each event costs the process ten times as much, and JSON the database half as much again.
        this.db.execute<{ log: string | null }>(sql`
          select string_agg(concat_ws(',', e.task_id, e.kind, e.at, e.payload->>'stageIndex'), ';' order by e.plan_seq) as log
          from event e where ${range} and e.task_id is not null and e.kind in ${SEGMENT_EVENTS}`),
        this.db.execute<{ taskId: string; at: Date; payload: EventPayloads['ProbeResult'] }>(sql`
          select distinct on (e.task_id) e.task_id, e.at, e.payload from event e
          where ${range} and e.kind = 'ProbeResult' order by e.task_id, e.plan_seq desc`),
      ]);
      for (const entry of told?.log?.split(';') ?? []) this.#extend(entry);
      for (const { taskId, at, payload } of probes) {
        const { round, rounds, instances } = payload;
        this.#probes.set(taskId, { round, rounds, instances, at: isoNow(at) });
      }
      this.#planSeq = last;
    }
  }

  /** A rollback has the same stages in the same order as the way forward, so that the index names the stage. */
  #extend(entry: string): void {
    const [taskId = '', kind, at, index] = entry.split(',');
    const lane = this.#lanes.get(taskId) ?? EMPTY_LANE;
    const payload =
      index === undefined ? {} : { stage: this.stages[Number(index)], stageIndex: Number(index) };
    this.#lanes.set(taskId, extendLane(lane, kind as EventKind, isoNow(at ?? ''), payload));
  }
}
