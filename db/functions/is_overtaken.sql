-- Those of these tasks whose tenant and unit belong to a newer one that has started a stage: one that was first admitted
-- later; for one that was never admitted, one of a later plan. An earlier plan's it only waits for. One that ended without
-- anything being sent left nothing that could be overwritten. Nothing here is NULL, so that no guard is decided by one.
CREATE OR REPLACE FUNCTION overtaken_among(task_ids text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT t.task_id FROM task t WHERE t.task_id = ANY (task_ids) AND EXISTS (
    SELECT 1 FROM task o WHERE o.tenant_id = t.tenant_id AND o.unit_id = t.unit_id AND o.task_id <> t.task_id
      AND o.stage_started AND ((o.sent->>'calls')::boolean OR o.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED'))
      AND o.admitted_at IS NOT NULL
      AND CASE WHEN t.admitted_at IS NOT NULL THEN o.admitted_at > t.admitted_at
        ELSE (SELECT p.number FROM plan p WHERE p.plan_id = o.plan_id) > (SELECT p.number FROM plan p WHERE p.plan_id = t.plan_id) END)
$$;

CREATE OR REPLACE FUNCTION is_overtaken(t task) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM overtaken_among(ARRAY[t.task_id]))
$$;
