-- Whether anything can be stored now: takes the locks that a commit takes on its tables and writes a row of its own. Raises
-- what would keep a commit from being stored: read_only_sql_transaction, lock_not_available, disk_full.
CREATE OR REPLACE FUNCTION probe_storage(p_node text, p_millis int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('lock_timeout', p_millis || 'ms', true);
  -- Before PostgreSQL 16 this lock needs more than the right to insert, which is all there is on event and audit.
  LOCK TABLE plan, task, tenant_unit, tenant_run IN ROW EXCLUSIVE MODE;
  INSERT INTO storage_probe (node_id, at) VALUES (p_node, clock_timestamp())
  ON CONFLICT (node_id) DO UPDATE SET at = excluded.at;
  DELETE FROM storage_probe WHERE at < clock_timestamp() - interval '1 day';
END $$;
