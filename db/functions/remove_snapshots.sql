-- Whether a task can never run again, forward or back: its plan ended before `before`, and a newer task has its tenant.
CREATE OR REPLACE FUNCTION is_past(t task, before timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT t.request IS NULL AND t.status NOT IN ('PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK')
    AND EXISTS (SELECT 1 FROM plan p WHERE p.plan_id = t.plan_id AND p.ended_at < before
      AND p.status IN ('COMPLETED', 'PARTIAL_FAILED', 'FAILED', 'CANCELLED', 'ROLLED_BACK'))
    -- Of a newer one that is under way it is not certain that it will have sent anything.
    AND NOT EXISTS (SELECT 1 FROM tenant_run r WHERE r.tenant_id = t.tenant_id)
    AND is_overtaken(t)
$$;

-- Whether somebody may still go forward or back to a snapshot. Whatever names one is of the same tenant, by which it is found.
CREATE OR REPLACE FUNCTION is_needed(s tenant_snapshot, before timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT s.used_at > now() - interval '1 hour'
    OR EXISTS (SELECT 1 FROM tenant_unit u WHERE u.tenant_id = s.tenant_id
      AND s.snapshot_id IN (u.current_snapshot_id, u.known_snapshot_id, u.last_known_good_snapshot_id))
    OR EXISTS (SELECT 1 FROM tenant_history h WHERE h.tenant_id = s.tenant_id AND h.snapshot_id = s.snapshot_id AND h.confirmed)
    OR EXISTS (SELECT 1 FROM task t WHERE t.tenant_id = s.tenant_id AND s.snapshot_id IN (t.target_snapshot_id, t.previous_snapshot_id)
      AND NOT is_past(t, before))
$$;

-- Looks at `batch` snapshots after the one given, in the order of their ids, and removes those that nobody needs; tasks that
-- can never run again no longer name them. `last` is the last it looked at, NULL when none was left.
CREATE OR REPLACE FUNCTION remove_snapshots(after uuid, before timestamptz, batch int, OUT removed int, OUT last uuid) LANGUAGE plpgsql AS $$
DECLARE
  v_looked uuid[] := ARRAY(SELECT snapshot_id FROM tenant_snapshot WHERE snapshot_id > after ORDER BY snapshot_id LIMIT batch);
  v_gone uuid[];
BEGIN
  last := v_looked[cardinality(v_looked)];
  v_gone := ARRAY(SELECT s.snapshot_id FROM tenant_snapshot s WHERE s.snapshot_id = ANY (v_looked) AND NOT is_needed(s, before)
    ORDER BY s.snapshot_id FOR UPDATE SKIP LOCKED);
  -- Asked for again now that they are held: who froze or named one before is seen by this statement, who would now waits, and
  -- finds that it is gone.
  v_gone := ARRAY(SELECT s.snapshot_id FROM tenant_snapshot s WHERE s.snapshot_id = ANY (v_gone) AND NOT is_needed(s, before));
  UPDATE task SET target_snapshot_id = CASE WHEN target_snapshot_id = ANY (v_gone) THEN NULL ELSE target_snapshot_id END,
    previous_snapshot_id = CASE WHEN previous_snapshot_id = ANY (v_gone) THEN NULL ELSE previous_snapshot_id END
  WHERE tenant_id IN (SELECT tenant_id FROM tenant_snapshot WHERE snapshot_id = ANY (v_gone))
    AND (target_snapshot_id = ANY (v_gone) OR previous_snapshot_id = ANY (v_gone));
  DELETE FROM tenant_snapshot WHERE snapshot_id = ANY (v_gone);
  GET DIAGNOSTICS removed = ROW_COUNT;
END $$;

-- Removes those of these contents that no snapshot has (any more), and says how many. Looked for twice, as above.
CREATE OR REPLACE FUNCTION drop_unused_contents(digests text[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_gone text[];
  v_removed int;
BEGIN
  v_gone := ARRAY(SELECT c.digest FROM content c WHERE c.digest = ANY (digests)
    AND NOT EXISTS (SELECT 1 FROM tenant_snapshot s WHERE s.digest = c.digest) ORDER BY c.digest FOR UPDATE SKIP LOCKED);
  DELETE FROM content c WHERE c.digest = ANY (v_gone) AND NOT EXISTS (SELECT 1 FROM tenant_snapshot s WHERE s.digest = c.digest);
  GET DIAGNOSTICS v_removed = ROW_COUNT;
  RETURN v_removed;
END $$;

-- Looks at `batch` contents after the one given, as remove_snapshots does at snapshots.
CREATE OR REPLACE FUNCTION remove_contents(after text, batch int, OUT removed int, OUT last text) LANGUAGE plpgsql AS $$
DECLARE
  v_looked text[] := ARRAY(SELECT digest FROM content WHERE digest > after ORDER BY digest LIMIT batch);
BEGIN
  last := v_looked[cardinality(v_looked)];
  removed := drop_unused_contents(v_looked);
END $$;
