-- The audit log is one chain: each entry's hash is over the entry and the hash before, so that whoever changes, removes or
-- moves one has to make all later hashes anew. One writer at a time: an entry waits for the commit of the one before it,
-- which is short, since every statement writes its entry when its rows are locked already.
CREATE OR REPLACE FUNCTION audit_hash(prior text, entry audit) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(prior || jsonb_build_array(entry.chain, entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint,
    entry.actor, entry.action, entry.target, entry.reason, entry.request_id, entry.outcome)::text, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_chain bigint;
  v_hash text;
BEGIN
  PERFORM pg_advisory_xact_lock(7306002);
  -- Sees what was committed until now, and earlier rows of this statement.
  SELECT chain, hash INTO v_chain, v_hash FROM audit WHERE chain IS NOT NULL ORDER BY chain DESC LIMIT 1;
  NEW.chain := coalesce(v_chain, 0) + 1;
  NEW.hash := audit_hash(coalesce(v_hash, ''), NEW);
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER audit_chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION chain_audit();

-- What is wrong among the entries p_after < chain <= p_upto, at most twenty places, with the hash of the last for the next call.
CREATE OR REPLACE FUNCTION verify_audit(p_after bigint, p_prior text, p_upto bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  WITH looked AS (
    SELECT a.chain, a.id, a.hash, lag(a.chain, 1, p_after) OVER w AS before, audit_hash(lag(a.hash, 1, p_prior) OVER w, a) AS expected
    FROM audit a WHERE a.chain > p_after AND a.chain <= p_upto WINDOW w AS (ORDER BY a.chain)
  ), wrong AS (
    SELECT chain, id, CASE WHEN chain <> before + 1 THEN 'missing' ELSE 'changed' END AS what, chain - before - 1 AS missing
    FROM looked WHERE chain <> before + 1 OR hash IS DISTINCT FROM expected ORDER BY chain LIMIT 20
  )
  SELECT jsonb_build_object('entries', (SELECT count(*) FROM looked),
    'last', (SELECT jsonb_build_object('chain', chain, 'hash', hash) FROM looked ORDER BY chain DESC LIMIT 1),
    'wrong', (SELECT coalesce(jsonb_agg(to_jsonb(wrong) ORDER BY chain), '[]') FROM wrong))
$$;
