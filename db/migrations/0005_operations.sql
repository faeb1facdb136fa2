ALTER TABLE "webhook_delivery" ADD COLUMN "results" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_delivery_open" ON "webhook_delivery" USING btree ("created_at") WHERE "webhook_delivery"."delivered_at" is null and "webhook_delivery"."gave_up_at" is null;--> statement-breakpoint
-- The outbox of notifications: makes a delivery for each webhook that wants one of the events not looked at yet, and
-- remembers how far it looked, in one statement. Any number of processes may call it at once: a plan that another is
-- writing is skipped (and looked at with its next news), and one event makes one delivery for each webhook.
-- Without any webhook nothing is written. Nothing of configurations, variables or answers goes into a payload.
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
        WHEN e.kind = 'PlanHalted' THEN 'planHalted'
        WHEN e.kind IN ('TaskFailed', 'TaskRollbackFailed') THEN 'taskFailed'
        WHEN e.kind = 'TaskPaused' AND e.payload->>'heldBy' = 'approval' THEN 'approvalNeeded'
      END AS topic
    FROM fresh f JOIN event e ON e.plan_id = f.plan_id AND e.plan_seq > f.since AND e.plan_seq <= f.through
  ), made AS (
    INSERT INTO webhook_delivery (delivery_id, webhook_id, plan_id, plan_seq, topic, payload)
    SELECT gen_random_uuid(), w.webhook_id, x.plan_id, x.plan_seq, x.topic, jsonb_build_object(
      'eventId', x.plan_id || ':' || x.plan_seq, 'kind', x.kind, 'status', x.status, 'at', x.at, 'actor', x.actor,
      'planId', x.plan_id, 'planName', p.name, 'unitName', p.unit_name, 'version', p.version,
      'taskId', x.task_id, 'tenantId', x.tenant_id,
      'details', CASE x.topic
        WHEN 'approvalNeeded' THEN jsonb_build_object('stage', x.payload->'currentStage')
        WHEN 'taskFailed' THEN jsonb_build_object('stage', x.payload->'failedStage', 'step', x.payload#>'{failure,step}',
          'instance', x.payload#>'{failure,instance}', 'errorType', x.payload#>'{failure,errorType}', 'code', x.payload#>'{failure,code}')
        ELSE x.payload END)
    FROM wanted x JOIN plan p ON p.plan_id = x.plan_id
    JOIN webhook w ON w.enabled AND x.topic = ANY (w.topics) AND x.at >= w.created_at
    ON CONFLICT (webhook_id, plan_id, plan_seq) DO NOTHING
    RETURNING 1
  ), moved AS (
    UPDATE plan SET notified_seq = f.through FROM fresh f WHERE plan.plan_id = f.plan_id AND plan.notified_seq < f.through
  )
  SELECT count(*)::int FROM made
$$;
--> statement-breakpoint
-- What is kept of a plan whose events are removed. A plan that was opened again afterwards has its first summary inside.
CREATE OR REPLACE FUNCTION summarise_events(p_plan_id text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'throughSeq', max(e.plan_seq),
    'firstEventAt', min(e.at),
    'lastEventAt', max(e.at),
    'events', (SELECT coalesce(jsonb_object_agg(kind, n), '{}') FROM (
      SELECT kind, count(*) AS n FROM event WHERE plan_id = p_plan_id GROUP BY kind) kinds),
    'tasks', (SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (
      SELECT status, count(*) AS n FROM task WHERE plan_id = p_plan_id GROUP BY status) statuses),
    'stages', (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', stage, 'direction', direction, 'count', n, 'p50Millis', p50, 'p95Millis', p95) ORDER BY direction, place), '[]') FROM (
      SELECT payload->>'stage' AS stage, CASE kind WHEN 'StageSucceeded' THEN 'forward' ELSE 'rollback' END AS direction,
        min((payload->>'stageIndex')::int) AS place, count(*) AS n,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY (payload->>'durationMillis')::bigint) AS p50,
        percentile_disc(0.95) WITHIN GROUP (ORDER BY (payload->>'durationMillis')::bigint) AS p95
      FROM event WHERE plan_id = p_plan_id AND kind IN ('StageSucceeded', 'StageRolledBack') GROUP BY 1, 2) durations),
    'failures', (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', stage, 'step', step, 'errorType', error_type, 'code', code, 'count', n,
        'tenants', tenants) ORDER BY n DESC), '[]') FROM (
      SELECT payload->>'stage' AS stage, payload#>>'{failure,step}' AS step, payload#>>'{failure,errorType}' AS error_type,
        payload#>>'{failure,code}' AS code, count(*) AS n, to_jsonb((array_agg(DISTINCT tenant_id))[1:20]) AS tenants
      FROM event WHERE plan_id = p_plan_id AND kind IN ('StageFailed', 'StageRollbackFailed') GROUP BY 1, 2, 3, 4) clusters),
    'actors', (SELECT coalesce(jsonb_agg(actor ORDER BY actor), '[]') FROM (
      SELECT DISTINCT actor FROM event WHERE plan_id = p_plan_id AND actor NOT IN ('executor', 'system')) people))
  FROM event e WHERE e.plan_id = p_plan_id
$$;
--> statement-breakpoint
-- The one way to delete events: the oldest plan that ended before `before` and is still ended gets its summary, and
-- loses at most `batch` of its events. Returns how many, or null when there is no such plan (any more).
CREATE OR REPLACE FUNCTION remove_old_events(before timestamptz, batch int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_plan record;
  v_removed int;
BEGIN
  SELECT p.plan_id, p.plan_seq, p.summary INTO v_plan FROM plan p
  WHERE p.status IN ('COMPLETED', 'PARTIAL_FAILED', 'FAILED', 'CANCELLED', 'ROLLED_BACK') AND p.ended_at < before
    AND (p.events_removed_at IS NULL OR (p.summary->>'throughSeq')::bigint < p.plan_seq)
    AND NOT EXISTS (SELECT 1 FROM task t WHERE t.plan_id = p.plan_id AND (t.request IS NOT NULL OR t.status IN ('PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK')))
  ORDER BY p.ended_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;

  IF v_plan.summary IS NULL OR (v_plan.summary->>'throughSeq')::bigint < v_plan.plan_seq THEN
    UPDATE plan SET events_removed_at = NULL,
      summary = summarise_events(plan_id) || CASE WHEN v_plan.summary IS NULL THEN '{}' ELSE jsonb_build_object('earlier', v_plan.summary) END
    WHERE plan_id = v_plan.plan_id;
  END IF;

  PERFORM set_config('switchyard.removing_events', v_plan.plan_id, true);
  DELETE FROM event WHERE plan_id = v_plan.plan_id AND plan_seq IN (
    SELECT plan_seq FROM event WHERE plan_id = v_plan.plan_id ORDER BY plan_seq LIMIT batch);
  GET DIAGNOSTICS v_removed = ROW_COUNT;
  PERFORM set_config('switchyard.removing_events', '', true);

  UPDATE plan SET events_removed_at = clock_timestamp()
  WHERE plan_id = v_plan.plan_id AND NOT EXISTS (SELECT 1 FROM event WHERE plan_id = v_plan.plan_id);
  RETURN v_removed;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND coalesce(current_setting('switchyard.removing_events', true), '') <> '' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'event is append-only' USING ERRCODE = 'check_violation';
END $$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();
