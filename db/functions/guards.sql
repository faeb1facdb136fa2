-- What must hold even for SQL typed by hand: permitted status changes, append-only logs, immutable versions, tasks whose
-- configurations are there.
CREATE OR REPLACE FUNCTION task_status_change_permitted(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT before || '>' || after IN (
    'CREATED>VALIDATING',
    'VALIDATING>PENDING', 'VALIDATING>VALIDATION_FAILED',
    'PENDING>RUNNING', 'PENDING>PAUSED', 'PENDING>CANCELLED',
    'RUNNING>PAUSED', 'RUNNING>COMPLETED', 'RUNNING>CANCELLED', 'RUNNING>ROLLING_BACK', 'RUNNING>FAILED',
    'PAUSED>RUNNING', 'PAUSED>PENDING', 'PAUSED>ROLLING_BACK', 'PAUSED>CANCELLED',
    'COMPLETED>ROLLING_BACK',
    'FAILED>RUNNING', 'FAILED>ROLLING_BACK',
    'CANCELLED>ROLLING_BACK', 'CANCELLED>RUNNING',
    'ROLLING_BACK>ROLLED_BACK', 'ROLLING_BACK>ROLLBACK_FAILED',
    'ROLLED_BACK>RUNNING',
    'ROLLBACK_FAILED>ROLLING_BACK')
$$;

CREATE OR REPLACE FUNCTION plan_status_change_permitted(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT before || '>' || after IN (
    'CREATED>VALIDATING',
    'VALIDATING>READY', 'VALIDATING>FAILED',
    'READY>RUNNING', 'READY>CANCELLED',
    'RUNNING>PAUSED', 'RUNNING>ROLLING_BACK', 'RUNNING>COMPLETED', 'RUNNING>PARTIAL_FAILED', 'RUNNING>FAILED', 'RUNNING>CANCELLED', 'RUNNING>ROLLED_BACK',
    'PAUSED>RUNNING', 'PAUSED>ROLLING_BACK', 'PAUSED>COMPLETED', 'PAUSED>PARTIAL_FAILED', 'PAUSED>FAILED', 'PAUSED>CANCELLED', 'PAUSED>ROLLED_BACK',
    'ROLLING_BACK>RUNNING', 'ROLLING_BACK>PAUSED', 'ROLLING_BACK>COMPLETED', 'ROLLING_BACK>PARTIAL_FAILED', 'ROLLING_BACK>FAILED', 'ROLLING_BACK>CANCELLED', 'ROLLING_BACK>ROLLED_BACK',
    'COMPLETED>RUNNING', 'COMPLETED>ROLLING_BACK',
    'PARTIAL_FAILED>RUNNING', 'PARTIAL_FAILED>ROLLING_BACK', 'PARTIAL_FAILED>FAILED', 'PARTIAL_FAILED>COMPLETED', 'PARTIAL_FAILED>CANCELLED',
    'FAILED>RUNNING', 'FAILED>ROLLING_BACK',
    'CANCELLED>RUNNING', 'CANCELLED>ROLLING_BACK',
    'ROLLED_BACK>RUNNING', 'ROLLED_BACK>ROLLING_BACK')
$$;

-- Not in the condition of its trigger, which is planned anew for each statement, permitted changes and all.
CREATE OR REPLACE FUNCTION refuse_status_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'task' AND task_status_change_permitted(OLD.status, NEW.status) THEN RETURN NEW; END IF;
  IF TG_TABLE_NAME = 'plan' AND plan_status_change_permitted(OLD.status, NEW.status) THEN RETURN NEW; END IF;
  RAISE EXCEPTION '% may not go from % to %', TG_TABLE_NAME, OLD.status, NEW.status USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND coalesce(current_setting('switchyard.removing_events', true), '') <> '' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'event is append-only' USING ERRCODE = 'check_violation';
END $$;

-- An entry goes only where a summary stands for it: see remove_audit_day.sql.
CREATE OR REPLACE FUNCTION refuse_unsummarised() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_newest jsonb := (SELECT summary::jsonb FROM audit_summary ORDER BY day DESC LIMIT 1);
BEGIN
  IF EXISTS (SELECT 1 FROM gone WHERE v_newest IS NULL OR CASE WHEN chain IS NULL
      THEN at >= ((v_newest->>'day')::date + 1)::timestamp AT TIME ZONE 'UTC' ELSE chain > (v_newest#>>'{last,chain}')::bigint END) THEN
    RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION refuse_missing_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Held until the tasks are stored, and looked for in a statement of its own: the retention either was first or waits.
  PERFORM 1 FROM tenant_snapshot s WHERE s.snapshot_id IN (SELECT target_snapshot_id FROM made UNION SELECT previous_snapshot_id FROM made)
  ORDER BY s.snapshot_id FOR KEY SHARE;
  IF EXISTS (SELECT 1 FROM (SELECT target_snapshot_id AS id FROM made UNION SELECT previous_snapshot_id FROM made) named
    WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tenant_snapshot s WHERE s.snapshot_id = id)) THEN
    RAISE EXCEPTION 'task names a configuration that is not stored' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER task_status_change BEFORE UPDATE ON task FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION refuse_status_change();

CREATE OR REPLACE TRIGGER task_snapshots AFTER INSERT ON task REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION refuse_missing_snapshot();

CREATE OR REPLACE TRIGGER plan_status_change BEFORE UPDATE ON plan FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION refuse_status_change();

CREATE OR REPLACE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();

CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER audit_kept AFTER DELETE ON audit REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_unsummarised();

CREATE OR REPLACE TRIGGER audit_summary_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_summary FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER audit_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER actor_name_kept BEFORE DELETE OR TRUNCATE ON actor_name FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER tenant_history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tenant_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER unit_version_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON unit_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
