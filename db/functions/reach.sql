-- What somebody sees whose rights end at some tenants: the tables under the names they have elsewhere, without the rows
-- that are about others. Connections of such people have this schema alone in their search_path, so that what has no view
-- here does not exist for them, and say in `switchyard.limited_to` which sets of labels their tenants have: a JSON list of
-- objects. Without it there is nothing to see. `isWithin` in domain/limited-to.ts says the same of one tenant.
DROP SCHEMA IF EXISTS reach CASCADE;
CREATE SCHEMA reach;

CREATE VIEW reach.tenant AS SELECT t.* FROM public.tenant t WHERE t.labels @> ANY (ARRAY(
  SELECT s FROM jsonb_array_elements(nullif(current_setting('switchyard.limited_to', true), '')::jsonb) s WHERE s <> '{}'));

CREATE VIEW reach.tenant_unit AS SELECT u.* FROM public.tenant_unit u WHERE u.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.tenant_run AS SELECT r.* FROM public.tenant_run r WHERE r.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.tenant_history AS SELECT h.* FROM public.tenant_history h WHERE h.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.drift_check AS SELECT c.* FROM public.drift_check c WHERE c.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.secret AS SELECT s.* FROM public.secret s WHERE s.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.snapshot AS SELECT s.* FROM public.snapshot s WHERE s.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.task AS SELECT t.* FROM public.task t WHERE t.tenant_id IN (SELECT tenant_id FROM reach.tenant);

-- A plan with one of their tenants at least; how it stands as a whole is no secret to them.
CREATE VIEW reach.plan AS SELECT p.* FROM public.plan p WHERE p.plan_id IN (SELECT plan_id FROM reach.task);

-- The one event of a plan itself that names tenants tells them of who left after the switch.
CREATE VIEW reach.event AS
  SELECT e.plan_id, e.plan_seq, e.task_id, e.tenant_id, e.sequence_id, e.kind, e.status, e.actor, e.at,
    CASE WHEN e.tenant_id IS NULL AND e.payload ? 'left' THEN 'The plan is over.' ELSE e.message END AS message,
    CASE WHEN e.tenant_id IS NULL THEN e.payload - 'left' ELSE e.payload END AS payload, e.change
  FROM public.event e
  WHERE CASE WHEN e.tenant_id IS NULL THEN e.plan_id IN (SELECT plan_id FROM reach.plan)
    ELSE e.tenant_id IN (SELECT tenant_id FROM reach.tenant) END;

CREATE VIEW reach.bulk_item AS SELECT i.* FROM public.bulk_item i WHERE i.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.bulk AS SELECT b.* FROM public.bulk b WHERE b.plan_id IN (SELECT plan_id FROM reach.plan);
CREATE VIEW reach.share AS SELECT s.* FROM public.share s WHERE s.plan_id IN (SELECT plan_id FROM reach.plan);
CREATE VIEW reach.freeze AS SELECT f.* FROM public.freeze f
  WHERE f.tenant_id IS NULL OR f.tenant_id IN (SELECT tenant_id FROM reach.tenant);
CREATE VIEW reach.node AS SELECT n.node_id, n.host, n.pid, n.executing, n.slots, n.started_at, n.beat_at,
    (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(n.trouble) WHERE key IN (SELECT plan_id FROM reach.plan)) AS trouble
  FROM public.node n;

-- About no tenant, or found only by way of what is.
CREATE VIEW reach.deploy_unit AS SELECT * FROM public.deploy_unit;
CREATE VIEW reach.unit_version AS SELECT * FROM public.unit_version;
CREATE VIEW reach.playbook AS SELECT * FROM public.playbook;
CREATE VIEW reach.setting AS SELECT * FROM public.setting;
CREATE VIEW reach.executor AS SELECT * FROM public.executor;
CREATE VIEW reach.actor_name AS SELECT * FROM public.actor_name;
CREATE VIEW reach.api_key AS SELECT id, created_by FROM public.api_key;

-- Their bodies find `task` and `plan` here as well.
CREATE FUNCTION reach.overtaken_among(task_ids text[]) RETURNS SETOF text LANGUAGE sql STABLE
  AS $$ SELECT public.overtaken_among(task_ids) $$;
CREATE FUNCTION reach.is_overtaken(t reach.task) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT EXISTS (SELECT 1 FROM public.overtaken_among(ARRAY[t.task_id])) $$;
CREATE FUNCTION reach.is_planned(the_tenant text, the_unit text, the_version text) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT public.is_planned(the_tenant, the_unit, the_version) $$;
CREATE FUNCTION reach.has_others(the_plan text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM public.task t WHERE t.plan_id = the_plan AND t.tenant_id NOT IN (SELECT tenant_id FROM reach.tenant))
$$;
