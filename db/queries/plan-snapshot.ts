import { sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { EventKind, EventPayloads } from '@/domain/events';
import { EMPTY_LANE, extendLane, type Lane } from '@/domain/lane';
import type { TaskStatus } from '@/domain/task';
import type { PlanSnapshot, TaskView } from '@/domain/view/plan-view';
import {
  isoNow,
  PLAN_VIEW,
  type PlanRow,
  SEGMENT_EVENTS,
  TASK_COLUMNS,
  TASK_FROM,
  toPlanView,
} from './plan-views';

/** Events of one statement: what comes of them is taken in within a few milliseconds, and others get their turn. */
const CHUNK = 16_000;

/** As texts: JSON that looks at the type of each value of ten thousand tasks takes the database twice as long. */
const TASK_TEXTS = sql.join(
  Object.values(TASK_COLUMNS).map((column) => sql`(${column})::text`),
  sql`, `,
);

type Texts = (string | null)[];

const isTrue = (text: string | null | undefined) => text === 'true';
const json = (text: string | null | undefined) => (text ? JSON.parse(text) : null);
const time = (text: string | null | undefined) => (text ? isoNow(text) : null);

/** In the order of the columns, and as one literal: with ten thousand tasks a loop over their names takes four times as long. */
function taskOf(texts: Texts, history: History): TaskView {
  const taskId = texts[0] ?? '';
  return {
    taskId,
    tenantId: texts[1] ?? '',
    tenantName: texts[2] ?? '',
    ordinal: Number(texts[3]),
    wave: Number(texts[4]),
    counted: isTrue(texts[5]),
    status: texts[6] as TaskStatus,
    direction: texts[7] as TaskView['direction'],
    stageIndex: Number(texts[8]),
    currentStage: texts[9] ?? null,
    attempt: Number(texts[10]),
    retryCount: Number(texts[11]),
    request: json(texts[12]),
    heldBy: texts[13] as TaskView['heldBy'],
    failure: json(texts[14]),
    stageStarted: isTrue(texts[15]),
    configSent: isTrue(texts[16]),
    callsSent: isTrue(texts[17]),
    startedAt: time(texts[18]),
    endedAt: time(texts[19]),
    durationMillis: texts[20] ? Number(texts[20]) : null,
    heartbeatAt: time(texts[21]),
    previousVersion: texts[22] ?? null,
    newerTaskStarted: isTrue(texts[23]),
    ...history.of(taskId),
  };
}

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
    db.execute<PlanRow & { now: Date; tasks: Texts[] }>(sql`
      select ${PLAN_VIEW}, clock_timestamp() as now,
        (select coalesce(json_agg(array[${TASK_TEXTS}] order by t.ordinal), '[]') ${TASK_FROM}
          where t.plan_id = p.plan_id) as tasks
      from plan p where p.plan_id = ${planId}`),
    history.readUpTo(before.seq),
  ]);
  if (!row) return null;
  const { planSeq } = row;
  await history.readUpTo(planSeq);
  const tasks = row.tasks.map((texts) => taskOf(texts, history));
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
