-- Whether a plan has tenants besides those that the caller sees; who sees all has none besides. See `reach.sql`.
CREATE OR REPLACE FUNCTION has_others(the_plan text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT false $$;
