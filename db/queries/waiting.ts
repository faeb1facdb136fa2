import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import type { Approver, FreezeOverride, OpenApproval, StartApproval } from '@/domain/approval';
import type { Failure } from '@/domain/failure';
import type { PlanDeadline } from '@/domain/plan';
import type { TaskStatus } from '@/domain/task';
import { type Asked, type Order, type Page, readPage } from './page';
import { TASK } from './runs';

/** A task that does not go on until somebody decides. */
export interface WaitingTask {
  taskId: string;
  planId: string;
  planName: string;
  tenantId: string;
  status: TaskStatus;
  /** The stage it stands in, or its rollback does. */
  stage: string | null;
  failure: Failure | null;
  /** What to look at before deciding, and who is meant to decide; of an approval. */
  approval: { instructions: string; approvers: string | null } | null;
  /** What is asked of those who approve, and what they gave. */
  open: OpenApproval | null;
  /** Who made the plan. */
  madeBy: string;
  /** Whether the one who asks can decide it. */
  forYou: boolean;
  since: string;
}

const SINCE = sql`coalesce((t.failure->>'at')::timestamptz,
  (select max(e.at) from event e where e.task_id = t.task_id and e.kind = 'TaskPaused'), t.started_at, p.created_at)`;

/** The longest waiting first. */
export const WAITING_ORDER: Order = {
  by: 'asc',
  keys: [
    { column: SINCE, kind: 'time' },
    { column: sql`t.task_id`, kind: 'text' },
  ],
};

const { taskId, planId, tenantId, status, failure } = TASK;
const FIELDS = {
  ...{ taskId, planId, tenantId, status, failure },
  planName: sql<string>`p.name`,
  madeBy: sql<string>`p.created_by`,
  open: TASK.approval,
  stage: sql<string | null>`coalesce(t.current_stage, t.stages[t.stage_index + 1])`,
  approvalStage: sql<string | null>`t.stages[t.stage_index + 1]`,
  step: sql<{
    instructions?: string;
    approvers?: string;
  } | null>`p.playbook #> array['stages', t.stage_index::text, 'steps', '0']`,
  since: sql<Date>`${SINCE}`,
};

/** Approvals, steps in doubt and drift that nobody overtook, in plans that nobody closed. */
const WAITS = sql`t.request is null and p.intent <> 'close'
  and ((t.status = 'PAUSED' and t.held_by = 'approval')
    or (t.status in ('FAILED', 'ROLLBACK_FAILED') and t.failure->>'errorType' in ('IN_DOUBT', 'DRIFT')
      and not exists (select 1 from task o where o.tenant_id = t.tenant_id and o.unit_id = t.unit_id
        and o.task_id <> t.task_id and o.stage_started_at > t.stage_started_at)))`;

/** Who asks what waits for them, whichever plan it is about. */
export type Decider = Omit<Approver, 'maker'>;

/** `whyNotApprove` of the domain over the rows; a test compares the two. */
function isFor(who: Decider | null, approval: SQL = sql`t.approval`): SQL {
  // Who may decide nothing at all is waited for by nothing.
  if (!who) return sql`false`;
  const { id, role, person, names, groups = [] } = who;
  const theirs = inList(names);
  return sql`(${approval} is null or (
  (${approval}->>'role' <> 'admin' or ${role === 'admin'})
  and (((${approval}->>'needs')::int = 1 and not (${approval}->>'notMaker')::boolean and ${approval}->>'group' is null)
    or (${person} and (${approval}->>'group' is null or ${approval}->>'group' in ${inList(groups)}) and not ((${approval}->>'notMaker')::boolean and p.created_by in ${theirs})
      and not exists (select 1 from jsonb_to_recordset(${approval}->'given') as g(id text, by text) where g.id = ${id} or g.by in ${theirs})))))`;
}

const inList = (texts: readonly string[]): SQL =>
  sql`(select jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb))`;

/** Of a plan `p`: people have to approve its start, and not all of them did. */
const UNAPPROVED = sql`p.status = 'READY' and p.start_approval is not null
  and jsonb_array_length(p.start_approval->'given') < (p.start_approval->>'needs')::int`;

/** Of a plan `p`: somebody asked that freezes do not hold it, and waits for people. */
const OVERRIDE_ASKED = sql`p.freeze_override is not null and p.status in ('READY', 'RUNNING', 'PAUSED') and p.intent not in ('cancel', 'rollback')
  and jsonb_array_length(p.freeze_override->'given') < (p.freeze_override->>'needs')::int
  and (p.freeze_override->>'until')::timestamptz > clock_timestamp()`;

/** `whyNotGrant` of the domain over the rows: who asked is kept out as well. */
const mayGrant = (who: Decider | null): SQL =>
  sql`(${isFor(who, sql`p.freeze_override`)} and not ((p.freeze_override->>'notMaker')::boolean
    and (p.freeze_override->>'id' = ${who?.id ?? ''} or p.freeze_override->>'by' in ${inList(who?.names ?? [])})))`;

/** What is about a plan `p` as a whole is decided by whom all its tenants are for. */
const wholly = (mine: SQL): SQL => sql`(${mine} and not has_others(p.plan_id))`;

/** `heldByDeadline` of the domain over the rows of a plan `p` that is under way. */
const LATE = sql`p.deadline is not null and p.status in ('RUNNING', 'PAUSED') and p.intent not in ('cancel', 'rollback')
  and (p.deadline->>'finishBy')::timestamptz <= clock_timestamp()`;

/** How much waits for a decision, tasks, starts of plans, overrides of freezes and late plans, and how much of that the one who asks can decide. */
export async function countWaiting(
  db: Database,
  who: Decider | null,
): Promise<{ waiting: number; forYou: number }> {
  const [row] = await db.execute<{ waiting: number; forYou: number }>(sql`
    select count(*)::int as waiting, (count(*) filter (where mine))::int as for_you from (
      select ${isFor(who)} as mine from task t join plan p on p.plan_id = t.plan_id where ${WAITS}
      union all select ${wholly(isFor(who, sql`p.start_approval`))} from plan p where ${UNAPPROVED}
      union all select ${wholly(mayGrant(who))} from plan p where ${OVERRIDE_ASKED}
      union all select ${mayDecide(who)} from plan p where ${LATE}) waits`);
  return row ?? { waiting: 0, forYou: 0 };
}

/** Whoever may act decides what becomes of a plan that is late, where all of it is theirs. */
const mayDecide = (who: Decider | null): SQL => wholly(who ? sql`true` : sql`false`);

/** How many wait in each of these plans; left out are those in which none does. */
export async function waitingIn(db: Database, planIds: readonly string[]): Promise<Map<string, number>> {
  if (planIds.length === 0) return new Map();
  const rows = await db.execute<{ planId: string; count: number }>(sql`
    select t.plan_id, count(*)::int as count from task t join plan p on p.plan_id = t.plan_id
    where t.plan_id in ${planIds} and ${WAITS} group by t.plan_id`);
  return new Map(rows.map(({ planId: id, count }) => [id, count]));
}

/**
 * What waits for a decision: approvals, steps in doubt and drift. What a newer plan has overtaken, or the operator
 * closed, is not waited for any more.
 */
export function readWaiting(
  db: Database,
  asked: Asked & { who: Decider | null; forMe?: boolean },
): Promise<Page<WaitingTask>> {
  const forYou = isFor(asked.who);
  return readPage(
    db,
    {
      order: WAITING_ORDER,
      from: sql`task t join plan p on p.plan_id = t.plan_id`,
      as: sql`t`,
      where: asked.forMe ? sql`${WAITS} and ${forYou}` : WAITS,
      joined: sql`left join plan p on p.plan_id = t.plan_id`,
      fields: { ...FIELDS, forYou: sql<boolean>`${forYou}` },
      toItem: ({ approvalStage, step, since, ...row }) => {
        const held = row.status === 'PAUSED';
        return {
          ...row,
          stage: held ? approvalStage : row.stage,
          failure: held ? null : row.failure,
          approval: held
            ? { instructions: step?.instructions ?? '', approvers: step?.approvers ?? null }
            : null,
          open: held ? row.open : null,
          since: since.toISOString(),
        };
      },
    },
    asked,
  );
}

/** A plan whose start people have to approve. */
export interface UnapprovedStart {
  planId: string;
  name: string;
  madeBy: string;
  createdAt: string;
  startApproval: StartApproval;
  forYou: boolean;
}

/** More of one kind than this are not waited for at once. */
const MOST_STARTS = 200;

/** Plans whose start waits for people, the oldest first, 200 at most. */
export async function readUnapprovedStarts(db: Database, who: Decider | null): Promise<UnapprovedStart[]> {
  const rows = await db.execute<Omit<UnapprovedStart, 'createdAt'> & { createdAt: Date }>(sql`
    select p.plan_id, p.name, p.created_by as made_by, p.created_at, p.start_approval, ${wholly(isFor(who, sql`p.start_approval`))} as for_you
    from plan p where ${UNAPPROVED} order by p.created_at limit ${MOST_STARTS}`);
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}

/** A plan for which somebody asked that freezes do not hold it. */
export interface AskedOverride extends Pick<UnapprovedStart, 'planId' | 'name' | 'madeBy' | 'forYou'> {
  override: FreezeOverride;
}

/** Overrides of freezes that wait for people, the oldest plan first, 200 at most. */
export async function readAskedOverrides(db: Database, who: Decider | null): Promise<AskedOverride[]> {
  const rows = await db.execute<{ [Name in keyof AskedOverride]: AskedOverride[Name] }>(sql`
    select p.plan_id, p.name, p.created_by as made_by, p.freeze_override as override, ${wholly(mayGrant(who))} as for_you
    from plan p where ${OVERRIDE_ASKED} order by p.created_at limit ${MOST_STARTS}`);
  return [...rows];
}

/** A plan under way whose deadline passed: somebody moves the deadline, cancels or rolls back. */
export interface LatePlan extends Pick<UnapprovedStart, 'planId' | 'name' | 'madeBy' | 'forYou'> {
  deadline: PlanDeadline;
  /** Tenants that have not come to their end, and all that take part. */
  left: number;
  total: number;
}

/** Plans that their deadline holds, the oldest first, 200 at most. */
export async function readLatePlans(db: Database, who: Decider | null): Promise<LatePlan[]> {
  const rows = await db.execute<{ [Name in keyof LatePlan]: LatePlan[Name] }>(sql`
    select p.plan_id, p.name, p.created_by as made_by, p.deadline, ${mayDecide(who)} as for_you,
      (select count(*)::int from task t where t.plan_id = p.plan_id and t.status in ('PENDING', 'RUNNING', 'PAUSED')) as left,
      (select count(*)::int from task t where t.plan_id = p.plan_id and t.status <> 'VALIDATION_FAILED') as total
    from plan p where ${LATE} order by p.created_at limit ${MOST_STARTS}`);
  return [...rows];
}
