-- Whether an unfinished task switches the tenant to this version of the unit already.
CREATE OR REPLACE FUNCTION is_planned(the_tenant text, the_unit text, the_version text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM task o JOIN plan p ON p.plan_id = o.plan_id
    WHERE o.tenant_id = the_tenant AND o.unit_id = the_unit AND p.version = the_version
      AND o.status IN ('PENDING', 'RUNNING', 'PAUSED'))
$$;
