-- Whether anything can be stored now: takes the locks that a commit takes on its tables and writes a row of its own. Raises
-- what would keep a commit from being stored: read_only_sql_transaction, lock_not_available, disk_full. It runs as the owner of
-- the tables: before PostgreSQL 16 the lock needs more than the right to insert, which is all that the program has on some.
CREATE OR REPLACE FUNCTION probe_storage(p_node text, p_millis int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM set_config('lock_timeout', p_millis || 'ms', true);
  LOCK TABLE plan, task, event, tenant_unit, tenant_run, audit IN ROW EXCLUSIVE MODE;
  INSERT INTO storage_probe (node_id, at) VALUES (p_node, clock_timestamp())
  ON CONFLICT (node_id) DO UPDATE SET at = excluded.at;
  DELETE FROM storage_probe WHERE at < clock_timestamp() - interval '1 day';
END $$;
