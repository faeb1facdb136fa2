-- The outbox of notifications: keeps for each webhook that wants it what happened and was not looked at yet, and
-- remembers how far it looked, in one statement; make_notifications makes messages of it. Any number of processes may call
-- it at once: a plan that another is writing is skipped (and looked at with its next news), and one event is kept once for
-- each webhook. Without any webhook nothing is written. Nothing of configurations, variables or answers goes into the facts.
CREATE OR REPLACE FUNCTION collect_notifications(p_plan_ids text[]) RETURNS int LANGUAGE sql AS $$
  WITH locked AS (
    SELECT plan_id, notified_seq FROM plan
    WHERE plan_seq > notified_seq AND (p_plan_ids IS NULL OR plan_id = ANY (p_plan_ids)) AND EXISTS (SELECT 1 FROM webhook)
    ORDER BY plan_id FOR NO KEY UPDATE SKIP LOCKED
  ), fresh AS (
    -- What this statement sees, which may end before the plan's newest event.
    SELECT l.plan_id, l.notified_seq AS since, (SELECT max(e.plan_seq) FROM event e WHERE e.plan_id = l.plan_id) AS through
    FROM locked l
  ), wanted AS (
    SELECT e.*, CASE
        WHEN e.kind IN ('PlanCompleted', 'PlanPartiallyFailed', 'PlanFailed', 'PlanCancelled', 'PlanRolledBack') THEN 'planFinished'
        WHEN e.kind IN ('PlanHalted', 'PlanStartMissed', 'DeadlinePassed') THEN 'planHalted'
        WHEN e.kind IN ('StartApprovalNeeded', 'FreezeOverrideAsked') THEN 'planUnapproved'
        WHEN e.kind = 'TaskFailed' THEN 'taskFailed'
        WHEN e.kind = 'TaskRollbackFailed' THEN 'rollbackFailed'
        WHEN e.kind = 'TaskRolledBack' THEN 'taskRolledBack'
        WHEN e.kind = 'TaskPaused' AND e.payload->>'heldBy' = 'approval' THEN 'approvalNeeded'
      END AS topic
    FROM fresh f JOIN event e ON e.plan_id = f.plan_id AND e.plan_seq > f.since AND e.plan_seq <= f.through
  ), kept AS (
    INSERT INTO webhook_event (webhook_id, plan_id, plan_seq, topic, facts, due_at)
    SELECT w.webhook_id, x.plan_id, x.plan_seq, x.topic, jsonb_build_object(
      'eventId', x.plan_id || ':' || x.plan_seq, 'kind', x.kind, 'status', x.status, 'at', x.at, 'actor', x.actor,
      'planId', x.plan_id, 'planName', p.name, 'unitName', p.unit_name, 'version', p.version,
      'taskId', x.task_id, 'tenantId', x.tenant_id,
      'details', CASE
        WHEN x.topic = 'approvalNeeded' THEN jsonb_build_object('stage', x.payload->'currentStage')
        WHEN x.topic IN ('taskFailed', 'rollbackFailed') THEN jsonb_build_object('stage', x.payload->'failedStage',
          'step', x.payload#>'{failure,step}', 'instance', x.payload#>'{failure,instance}',
          'errorType', x.payload#>'{failure,errorType}', 'code', x.payload#>'{failure,code}')
        WHEN x.topic = 'taskRolledBack' THEN jsonb_build_object('version', x.payload#>'{previous,version}')
        ELSE x.payload END),
      clock_timestamp() + make_interval(secs => w.digest_seconds)
    FROM wanted x JOIN plan p ON p.plan_id = x.plan_id
    JOIN webhook w ON w.enabled AND x.topic = ANY (w.topics) AND x.at >= w.created_at
    ON CONFLICT (webhook_id, plan_id, plan_seq) DO NOTHING
    RETURNING 1
  ), moved AS (
    UPDATE plan SET notified_seq = f.through FROM fresh f WHERE plan.plan_id = f.plan_id AND plan.notified_seq < f.through
  )
  SELECT count(*)::int FROM kept
$$;
