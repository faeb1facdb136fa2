-- Makes messages of what waits in the outbox and is due: takes the rows out and stores the deliveries in one statement for
-- each webhook, so that an event is in one message, whoever makes it and whenever somebody dies. A webhook that another
-- process is at is skipped. p_quiet has the webhooks whose quiet hours it is, with the topics that go through.
-- With a digest, what came since the first that is due is one message; without one each event is its own, but what quiet
-- hours held is one together. Counts are of all, names of the first few.
CREATE OR REPLACE FUNCTION make_notifications(p_quiet jsonb) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  place record;
  fresh int;
  made int := 0;
BEGIN
  FOR place IN
    SELECT w.webhook_id, w.digest_seconds, p_quiet->w.webhook_id::text AS through FROM webhook w
    WHERE EXISTS (SELECT 1 FROM webhook_event e WHERE e.webhook_id = w.webhook_id AND e.due_at <= clock_timestamp()
      AND NOT (e.held AND p_quiet ? w.webhook_id::text))
    ORDER BY w.webhook_id FOR NO KEY UPDATE OF w SKIP LOCKED
  LOOP
    UPDATE webhook_event SET held = true
    WHERE place.through IS NOT NULL AND webhook_id = place.webhook_id AND NOT held AND due_at <= clock_timestamp()
      AND NOT place.through ? topic;
    WITH taken AS (
      DELETE FROM webhook_event e
      WHERE e.webhook_id = place.webhook_id AND (place.through IS NULL OR place.through ? e.topic)
        AND (e.due_at <= clock_timestamp() OR place.digest_seconds > 0 AND EXISTS (SELECT 1 FROM webhook_event first
          WHERE first.webhook_id = place.webhook_id AND first.due_at <= clock_timestamp()
            AND (place.through IS NULL OR place.through ? first.topic)))
      RETURNING e.plan_id, e.plan_seq, e.topic, e.facts, (e.facts->>'at')::timestamptz AS at,
        CASE WHEN place.digest_seconds = 0 AND NOT e.held THEN e.plan_id || ':' || e.plan_seq ELSE '' END AS message
    ), by_topic AS (
      SELECT message, plan_id, topic, count(*)::int AS n, (array_agg(facts->>'tenantId' ORDER BY at, plan_seq))[1:5] AS names,
        (array_agg(facts ORDER BY plan_seq DESC))[1] AS last
      FROM taken GROUP BY message, plan_id, topic
    ), by_plan AS (
      SELECT message, row_number() OVER (PARTITION BY message ORDER BY sum(n) DESC, plan_id) AS nth, jsonb_build_object(
          'planId', plan_id, 'planName', min(last->>'planName'), 'unitName', min(last->>'unitName'), 'version', min(last->>'version'),
          'topics', jsonb_object_agg(topic, CASE WHEN topic LIKE 'plan%'
            THEN jsonb_build_object('count', n, 'last', jsonb_build_object('kind', last->'kind', 'details', (last->'details') - 'left'))
            ELSE jsonb_build_object('count', n, 'names', to_jsonb(names)) END)) AS told
      FROM by_topic GROUP BY message, plan_id
    ), plans AS (
      SELECT message, jsonb_agg(told ORDER BY nth) FILTER (WHERE nth <= 20) AS plans, greatest(count(*) - 20, 0) AS others
      FROM by_plan GROUP BY message
    ), topics AS (
      SELECT message, jsonb_object_agg(topic, n) AS topics, CASE WHEN count(*) = 1 THEN min(topic) ELSE 'several' END AS topic
      FROM (SELECT message, topic, sum(n)::int AS n FROM by_topic GROUP BY message, topic) counted GROUP BY message
    ), whole AS (
      SELECT message, count(*)::int AS n, min(at) AS since, max(at) AS until,
        (array_agg(plan_id ORDER BY at, plan_id, plan_seq))[1] AS plan_id, (array_agg(plan_seq ORDER BY at, plan_id, plan_seq))[1] AS plan_seq,
        (array_agg(facts ORDER BY at, plan_id, plan_seq))[1] AS facts
      FROM taken GROUP BY message
    )
    INSERT INTO webhook_delivery (delivery_id, webhook_id, plan_id, plan_seq, topic, count, payload)
    SELECT gen_random_uuid(), place.webhook_id, w.plan_id, w.plan_seq, t.topic, w.n, CASE WHEN w.n = 1 THEN w.facts
      ELSE jsonb_build_object('since', w.since, 'until', w.until, 'topics', t.topics, 'plans', p.plans, 'others', p.others) END
    FROM whole w JOIN plans p USING (message) JOIN topics t USING (message)
    ON CONFLICT (webhook_id, plan_id, plan_seq) DO NOTHING;
    GET DIAGNOSTICS fresh = ROW_COUNT;
    made := made + fresh;
  END LOOP;
  RETURN made;
END $$;
