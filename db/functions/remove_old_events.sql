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

-- The one way to delete events: the oldest plan that ended before `before` and is still ended gets its summary, and
-- loses at most `batch` of its events. It runs as the owner of the tables: the program itself may delete none. Returns how many, or null when there is no such plan (any more).
CREATE OR REPLACE FUNCTION remove_old_events(before timestamptz, batch int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
