import { type Column, type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { TASK_STATE } from '@/db/schema/run';
import type { EventKind } from '@/domain/events';
import { EMPTY_LANE, extendLane } from '@/domain/lane';
import type { TaskView } from '@/domain/view/plan-view';
import { STEP_KINDS, type StepEvent } from '@/domain/view/step-times';
import { overtaken, TASK } from './runs';
import { iso, isoNow } from './times';

/** A task as its row tells it: without what its events do. */
type TaskRow = Omit<TaskView, 'lane' | 'probe'>;

const OWN = ['taskId', 'tenantId', 'ordinal', 'wave', ...TASK_STATE, 'heartbeatAt'] as const;
type Own = (typeof OWN)[number];

/** What the row tells of a task, by the names of the view. */
const SELECTED: Record<keyof TaskRow, SQL | Column> = {
  ...(Object.fromEntries(OWN.map((name) => [name, TASK[name]])) as Pick<typeof TASK, Own>),
  tenantName: sql`coalesce(n.name, t.tenant_id)`,
  previousVersion: sql`coalesce(t.previous_version, u.last_known_good_version, nullif(u.current_version, 'unknown'))`,
  newerTaskStarted: overtaken(sql`(select p.created_at from plan p where p.plan_id = t.plan_id)`),
};
const NAMES = Object.keys(SELECTED) as (keyof TaskRow)[];

export const TASK_JOINS = sql`left join tenant n on n.tenant_id = t.tenant_id
  left join tenant_unit u on u.tenant_id = t.tenant_id and u.unit_id = t.unit_id and t.started_at is null`;
export const TASK_FROM = sql`from task t ${TASK_JOINS}`;

/** The events that make what a lane shows. */
export const SEGMENT_EVENTS = sql`('TaskStarted', 'TaskRetryStarted', 'TaskRollingBack', 'StageStarted', 'StageSucceeded', 'StageFailed',
  'StageSkipped', 'StageRollingBack', 'StageRolledBack', 'StageRollbackFailed', 'TaskPaused', 'TaskResumed', 'TaskCancelled', 'TaskRecovered')`;

const LOG_ENTRY = sql`jsonb_build_object('kind', e.kind, 'at', e.at, 'payload', e.payload - 'failure') order by e.sequence_id`;
const PROBE = sql`jsonb_build_object('round', e.payload->'round', 'rounds', e.payload->'rounds', 'instances', e.payload->'instances', 'at', e.at)`;

/** One task with its history. JSON and not JSONB: nothing looks into it before it is sent, and it is made in half the time. */
export const TASK_JSON = sql`json_build_object(
  ${sql.join(
    NAMES.map((name) => sql`${sql.raw(`'${name}'`)}, ${SELECTED[name]}`),
    sql`, `,
  )},
  'log', (select coalesce(jsonb_agg(${LOG_ENTRY}), '[]') from event e where e.task_id = t.task_id and e.kind in ${SEGMENT_EVENTS}),
  'probe', (select ${PROBE} from event e where e.task_id = t.task_id and e.kind = 'ProbeResult' order by e.sequence_id desc limit 1))`;

/** What {@link TASK_JSON} gives, still with the database's times. */
export type RawTask = TaskRow &
  Pick<TaskView, 'probe'> & { log: { kind: EventKind; at: string; payload: Record<string, unknown> }[] };

const TIMES = OWN.filter((name) => TASK[name].dataType === 'date');

export function toTaskView({ log, probe, ...row }: RawTask): TaskView {
  // The same function that the browser applies to live events.
  const lane = log.reduce(
    (sofar, { kind, at, payload }) => extendLane(sofar, kind, isoNow(at), payload),
    EMPTY_LANE,
  );
  const times = Object.fromEntries(TIMES.map((name) => [name, iso(row[name])]));
  return { ...row, ...times, lane, probe: probe && { ...probe, at: isoNow(probe.at) } };
}

/** As texts: JSON that looks at the type of each value of ten thousand tasks takes the database twice as long. */
export const TASK_TEXTS = sql`array[${sql.join(
  NAMES.map((name) => sql`(${SELECTED[name]})::text`),
  sql`, `,
)}]`;

/** What {@link TASK_TEXTS} gives. */
export type TaskTexts = (string | null)[];

const READERS: Record<string, (text: string) => unknown> = {
  json: JSON.parse,
  boolean: (text) => text === 'true',
  number: Number,
  date: isoNow,
  string: (text) => text,
};
const READ = NAMES.map((name) => {
  if (name === 'newerTaskStarted') return READERS.boolean;
  return READERS[name in TASK ? TASK[name as Own].dataType : 'string'];
});

/** Starts from one object, so that ten thousand are of one shape. */
const BLANK = Object.fromEntries(NAMES.map((name) => [name, null]));

/** A task of many, without its history. */
export function taskOf(texts: TaskTexts): TaskRow {
  const row: Record<string, unknown> = { ...BLANK };
  for (let index = 0; index < NAMES.length; index += 1) {
    const text = texts[index];
    if (text != null) row[NAMES[index] as string] = READ[index]?.(text);
  }
  return row as unknown as TaskRow;
}

/** Of a task that was tried again and again the newest are told. */
const MOST_STEP_EVENTS = 400;

/** When the steps of some tasks of a plan began and ended, in order; one question of the index for each task. */
export async function stepEvents(
  db: Database,
  planId: string,
  taskIds: readonly string[],
): Promise<{ taskId: string; events: StepEvent[] }[]> {
  const rows = await db.execute<StepEvent & { taskId: string; at: string } & Record<string, unknown>>(sql`
    select w.task_id, e.plan_seq::int as plan_seq, e.kind, e.at::text as at, e.payload->>'step' as step,
      (e.payload->>'stageIndex')::int as stage_index, (e.payload->>'stepIndex')::int as step_index
    from jsonb_array_elements_text(${JSON.stringify(taskIds)}::text::jsonb) w(task_id) cross join lateral (
      select o.* from event o where o.task_id = w.task_id and o.plan_id = ${planId} and o.kind in ${STEP_KINDS}
      order by o.sequence_id desc limit ${MOST_STEP_EVENTS}) e
    order by e.plan_seq`);
  const told = new Map<string, StepEvent[]>(taskIds.map((taskId) => [taskId, []]));
  for (const { taskId, at, ...event } of rows) told.get(taskId)?.push({ ...event, at: isoNow(at) });
  return [...told].map(([taskId, events]) => ({ taskId, events }));
}

/** What each task's tenant has for a label, in the order of the plan; null where it has none like this. */
export async function taskLabels(db: Database, planId: string, key: string): Promise<(string | null)[]> {
  const rows = await db.execute<{ value: string | null }>(sql`
    select n.labels->>${key} as value from task t left join tenant n on n.tenant_id = t.tenant_id
    where t.plan_id = ${planId} order by t.ordinal`);
  return rows.map(({ value }) => value);
}
