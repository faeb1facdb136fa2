-- What is kept of the oldest day of the audit log, when it is older than the setting `auditDays` says; null when none is. A day is
-- a part of the chain, up to the first entry of a later one: an entry that was written late belongs to the day after. The newest day
-- stays, since the chain goes on from it. A day that is not as it was written is not tidied away: that is an error (23000).
CREATE OR REPLACE FUNCTION audit_day_to_remove() RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  v_days int := (SELECT greatest(30, (value #>> '{}')::int) FROM setting WHERE key = 'auditDays');
  v_before jsonb := coalesce((SELECT summary::jsonb->'last' FROM audit_summary ORDER BY day DESC LIMIT 1), '{"chain": 0, "hash": ""}');
  v_day date := (coalesce((SELECT at FROM audit WHERE chain IS NULL ORDER BY id LIMIT 1), (SELECT at FROM audit ORDER BY chain LIMIT 1)) AT TIME ZONE 'UTC')::date;
  v_end timestamptz := (v_day + 1)::timestamp AT TIME ZONE 'UTC';
  v_next bigint := (SELECT chain FROM audit WHERE at >= v_end ORDER BY chain LIMIT 1);
BEGIN
  IF v_days IS NULL OR v_day IS NULL OR v_next IS NULL OR v_end > clock_timestamp() - make_interval(hours => 24 * v_days) THEN RETURN NULL; END IF;
  -- With the first entry that stays: it names the hash of the last one that goes.
  IF jsonb_array_length(verify_audit((v_before->>'chain')::bigint, v_before->>'hash', v_next)->'wrong') > 0 THEN
    RAISE EXCEPTION 'the audit log of % is not as it was written', v_day USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN (
    WITH gone AS MATERIALIZED (SELECT * FROM audit WHERE chain < v_next OR (chain IS NULL AND at < v_end))
    SELECT jsonb_build_object('day', v_day, 'entries', count(*), 'unchained', count(*) FILTER (WHERE chain IS NULL),
      'firstId', min(id), 'lastId', max(id), 'before', v_before,
      'last', coalesce((SELECT jsonb_build_object('chain', chain, 'hash', hash) FROM gone WHERE chain IS NOT NULL ORDER BY chain DESC LIMIT 1), v_before),
      'actions', (SELECT jsonb_object_agg(action, n) FROM (SELECT action, count(*) AS n FROM gone GROUP BY action) counted),
      'keptDays', v_days)
    FROM gone);
END $$;

-- The one way to remove audit entries: those of the oldest day, once somebody signed what is kept of them. It runs as the owner of the
-- tables: the program itself may remove none. Returns the day, or null when another one is the oldest by now or somebody else
-- is at it.
CREATE OR REPLACE FUNCTION remove_audit_day(p_summary text, p_key_id text, p_signature text) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_is jsonb;
  v_removed bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7306003) THEN RETURN NULL; END IF;
  v_is := audit_day_to_remove();
  IF v_is IS NULL OR v_is->>'day' IS DISTINCT FROM p_summary::jsonb->>'day' THEN RETURN NULL; END IF;
  IF v_is <> p_summary::jsonb THEN
    RAISE EXCEPTION 'this is not what the audit log has of %', v_is->>'day' USING ERRCODE = 'check_violation';
  END IF;
  IF p_key_id IS NULL OR p_signature IS NULL OR octet_length(decode(p_signature, 'base64')) <> 64 THEN
    RAISE EXCEPTION 'the summary of % is not signed', v_is->>'day' USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO audit_summary (day, summary) VALUES ((v_is->>'day')::date, p_summary);
  INSERT INTO audit_signature (day, key_id, signature) VALUES ((v_is->>'day')::date, p_key_id, p_signature);
  DELETE FROM audit WHERE chain <= (v_is#>>'{last,chain}')::bigint
    OR (chain IS NULL AND at < ((v_is->>'day')::date + 1)::timestamp AT TIME ZONE 'UTC');
  GET DIAGNOSTICS v_removed = ROW_COUNT;
  IF v_removed <> (v_is->>'entries')::bigint THEN
    RAISE EXCEPTION 'of % entries % would have gone', v_is->>'entries', v_removed USING ERRCODE = 'check_violation';
  END IF;
  RETURN (v_is->>'day')::date;
END $$;
