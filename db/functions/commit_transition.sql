-- The one way to write state. One call is one statement: it locks the plans, checks every change against the rows as
-- they are now, numbers the events and writes state with its checkpoint, events, holds, tenant versions and audit
-- together. Stage data is stored before, under the key that `data_at` names from this statement on.
--
-- p: { commitId, atomic, epochs?, skipLocked?, create?, audit?, bulk?, plans: [...], tasks: [...] }   (typed in server/commands/commit.ts)
-- returns: { now, repeated?, fenced?: [id], locked?: [id], plans: {id: {revision, planSeq, epoch}}, tasks: {id: {ok, refusal?, revision, epoch, run, sequenceId}},
--            woken: [id], waiting: [id] }
CREATE OR REPLACE FUNCTION commit_transition(p jsonb) RETURNS jsonb LANGUAGE plpgsql
-- Whatever the statistics say, a change finds its rows by their keys: a batch is small beside the tables. Planned once
-- for each connection: the values tell the planner nothing.
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_plan_ids text[];
  v_prior jsonb;
  v_refused jsonb := '{}';
  v_found jsonb;
  v_has_tasks boolean := coalesce(jsonb_array_length(p->'tasks'), 0) > 0;
  v_creating boolean := p ? 'create';
  v_admitting boolean;
  v_hurried boolean;
  v_guarding boolean;
  v_overtaken text[] := '{}';
  v_taking boolean;
  v_releasing boolean;
  v_moving boolean;
  v_restoring boolean;
  v_stages text[];
  v_tasks jsonb := '{}';
  v_plans jsonb := '{}';
  v_has_plans boolean := coalesce(jsonb_array_length(p->'plans'), 0) > 0;
  v_counts jsonb := '{}';
  -- Of drivers: what names the epochs under which they drive. Everything else wakes the plans it writes to.
  v_driving boolean := p ? 'epochs' OR p ? 'planEpoch';
  -- A driver of the build before names one epoch for all; goes with the next.
  v_former boolean := p ? 'planEpoch';
  v_fenced text[] := '{}';
  v_held text[];
  v_locked text[] := '{}';
  v_woken text[] := '{}';
  v_waiting text[] := '{}';
BEGIN
  -- What is not in a call costs no statement: most calls are the stages of a few runs, and each statement has its price.
  SELECT array_agg(DISTINCT x->>'planId'), bool_or(x->'admission' = 'true'), bool_or(x->>'hold' = 'take'), bool_or(x->>'hold' = 'release'),
         bool_or(x ? 'admitBefore'), bool_or(x->'tenantVersion' <> 'null'), bool_or(x->'tenantVersion'->'restore' = 'true'), bool_or(x->'refuseIfOvertaken' = 'true')
  INTO v_plan_ids, v_admitting, v_taking, v_releasing, v_hurried, v_moving, v_restoring, v_guarding
  FROM jsonb_array_elements(CASE WHEN NOT v_creating THEN p->'tasks' END) x;

  -- 1. Lock the plans, in one order everywhere. All writes to a plan's tasks happen under this lock.
  IF v_has_plans THEN
    v_plan_ids := ARRAY(SELECT unnest(v_plan_ids) UNION SELECT x->>'planId' FROM jsonb_array_elements(p->'plans') x);
  END IF;
  IF v_former THEN
    p := p || jsonb_build_object('epochs', (SELECT jsonb_object_agg(id, p->'planEpoch') FROM unnest(v_plan_ids) id));
  END IF;
  IF p ? 'skipLocked' THEN
    SELECT coalesce(array_agg(plan_id), '{}'), array_agg(plan_id) FILTER (WHERE epoch <> (p->'epochs'->>plan_id)::int) INTO v_held, v_fenced
    FROM (SELECT plan_id, epoch FROM plan WHERE plan_id = ANY (v_plan_ids) ORDER BY plan_id FOR NO KEY UPDATE SKIP LOCKED) held;
    v_locked := CASE WHEN NOT v_held @> v_plan_ids THEN ARRAY(SELECT id FROM unnest(v_plan_ids) id WHERE id <> ALL (v_held)) ELSE '{}' END;
  ELSE
    SELECT array_agg(plan_id) FILTER (WHERE epoch <> (p->'epochs'->>plan_id)::int) INTO v_fenced
    FROM (SELECT plan_id, epoch FROM plan WHERE plan_id = ANY (v_plan_ids) ORDER BY plan_id FOR NO KEY UPDATE) held;
  END IF;
  v_fenced := coalesce(v_fenced, '{}');

  -- What is of a plan that somebody else drives by now, or that somebody holds, is not written.
  IF v_fenced <> '{}' OR v_locked <> '{}' THEN
    SELECT jsonb_object_agg(id, CASE WHEN plan_id = ANY (v_fenced) THEN 'fenced' ELSE 'locked' END) INTO v_refused FROM (
      SELECT x->>'taskId' AS id, x->>'planId' AS plan_id FROM jsonb_array_elements(p->'tasks') x
      UNION ALL SELECT x->>'planId', x->>'planId' FROM jsonb_array_elements(p->'plans') x) named
    WHERE plan_id = ANY (v_fenced || v_locked);
    IF v_plan_ids <@ (v_fenced || v_locked) THEN
      RETURN jsonb_build_object('now', clock_timestamp(), 'fenced', to_jsonb(v_fenced), 'locked', to_jsonb(v_locked), 'plans', '{}'::jsonb,
        'tasks', (SELECT jsonb_object_agg(key, jsonb_build_object('ok', false, 'refusal', value)) FROM jsonb_each(v_refused)));
    END IF;
  END IF;
  IF NOT v_driving AND NOT v_creating THEN
    v_woken := ARRAY(SELECT plan_id FROM plan WHERE plan_id = ANY (v_plan_ids) AND NOT awake);
  END IF;

  -- A repeated command finds its first answer; asked under the lock, so two at once cannot both miss it.
  IF p#>>'{audit,requestId}' IS NOT NULL THEN
    SELECT outcome INTO v_prior FROM audit WHERE request_id = (p#>>'{audit,requestId}')::uuid;
    IF FOUND THEN
      RETURN jsonb_build_object('now', clock_timestamp(), 'repeated', v_prior, 'plans', '{}'::jsonb, 'tasks', '{}'::jsonb);
    END IF;
  END IF;

  IF v_creating THEN
    -- Two that plan the same switch at once: the second one waits here, and then sees the tasks of the first.
    PERFORM pg_advisory_xact_lock(hashtextextended('create ' || (p#>>'{create,plan,unitId}'), 0));
    SELECT coalesce(jsonb_object_agg(c."tenantId", 'planned'), '{}') INTO v_found
    FROM jsonb_to_recordset(p->'create'->'tasks') AS c("tenantId" text, status text)
    WHERE c.status = 'PENDING' AND is_planned(c."tenantId", p#>>'{create,plan,unitId}', p#>>'{create,plan,version}');
    IF v_found <> '{}' THEN
      RETURN jsonb_build_object('now', clock_timestamp(), 'plans', '{}'::jsonb, 'tasks', '{}'::jsonb, 'refused', 'planned');
    END IF;
    v_stages := ARRAY(SELECT jsonb_array_elements_text(p#>'{create,stages}'));
    INSERT INTO plan (plan_id, number, name, status, max_concurrency, settings, unit_id, unit_name, version,
                      playbook_id, playbook_version, playbook, start_approval, deadline, created_by, created_at, ended_at)
    SELECT c."planId", c.number, c.name, c.status, c."maxConcurrency", c.settings, c."unitId", c."unitName", c.version,
           c."playbookId", c."playbookVersion", c.playbook, nullif(c."startApproval", 'null'), nullif(c.deadline, 'null'), c."createdBy", clock_timestamp(), c."endedAt"
    FROM jsonb_to_record(p->'create'->'plan') AS c("planId" text, number bigint, name text, status text,
           "maxConcurrency" int, settings jsonb, "unitId" text, "unitName" text, version text, "playbookId" text,
           "playbookVersion" int, playbook jsonb, "startApproval" jsonb, deadline jsonb, "createdBy" text, "endedAt" timestamptz)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN jsonb_build_object('now', clock_timestamp(), 'plans', '{}'::jsonb, 'tasks', '{}'::jsonb, 'refused', 'exists'); END IF;
  END IF;

  -- 2. Check every change against the rows as they are under the lock.
  IF v_has_plans THEN
    SELECT coalesce(jsonb_object_agg(c."planId", 'conflict'), '{}') INTO v_found
    FROM jsonb_to_recordset(p->'plans') AS c("planId" text, revision bigint, "planSeq" bigint)
    LEFT JOIN plan ON plan.plan_id = c."planId"
    WHERE NOT v_refused ? c."planId" AND (plan.plan_id IS NULL OR plan.revision <> c.revision OR plan.plan_seq <> c."planSeq");
    v_refused := v_refused || v_found;
  END IF;

  IF v_guarding THEN
    v_overtaken := ARRAY(SELECT overtaken_among(ARRAY(
      SELECT x->>'taskId' FROM jsonb_array_elements(p->'tasks') x WHERE x->'refuseIfOvertaken' = 'true')));
  END IF;
  IF v_has_tasks AND NOT v_creating THEN
    SELECT coalesce(jsonb_object_agg(id, refusal) FILTER (WHERE refusal IS NOT NULL), '{}') INTO v_found
    FROM (
      SELECT c."taskId" AS id,
        CASE
          WHEN v_refused ? c."taskId" THEN NULL
          WHEN t.task_id IS NULL THEN 'missing'
          WHEN t.epoch <> c.epoch THEN 'fenced'
          WHEN t.revision <> c.revision OR plan.revision <> c."planRevision" THEN 'conflict'
          WHEN c."refuseIfOvertaken" AND t.task_id = ANY (v_overtaken) THEN 'overtaken'
        END AS refusal
      FROM jsonb_to_recordset(p->'tasks') AS c("taskId" text, "planId" text, revision bigint, epoch int, "planRevision" bigint, "refuseIfOvertaken" boolean)
      LEFT JOIN task t ON t.task_id = c."taskId" AND t.plan_id = c."planId"
      LEFT JOIN plan ON plan.plan_id = c."planId"
    ) verdicts;
    v_refused := v_refused || v_found;
  END IF;

  IF v_admitting THEN
    -- Brakes stop what goes forward, never the way back.
    IF EXISTS (SELECT 1 FROM executor WHERE stopped IS NOT NULL) THEN
      SELECT coalesce(jsonb_object_agg(x->>'taskId', 'stopped'), '{}') INTO v_found
      FROM jsonb_array_elements(p->'tasks') x
      WHERE (x->>'admission')::boolean AND x#>>'{state,status}' IS DISTINCT FROM 'ROLLING_BACK';
      v_refused := v_refused || v_found;
    END IF;
    -- The override of freezes under which it was chosen is over by now, or the plan's deadline has come; one that was
    -- withdrawn or moved has raised the plan's revision.
    IF v_hurried THEN
      SELECT coalesce(jsonb_object_agg(x->>'taskId', 'conflict'), '{}') INTO v_found
      FROM jsonb_array_elements(p->'tasks') x
      WHERE (x->>'admitBefore')::timestamptz <= clock_timestamp() AND x#>>'{state,status}' IS DISTINCT FROM 'ROLLING_BACK';
      v_refused := v_refused || v_found;
    END IF;
    -- Counted in a statement of its own, after the lock: a count in the locking statement would see a stale snapshot.
    SELECT coalesce(jsonb_object_agg(id, 'full'), '{}') INTO v_found
    FROM (
      SELECT c."taskId" AS id, row_number() OVER (PARTITION BY c."planId" ORDER BY i) AS place,
             plan.max_concurrency - (SELECT count(*) FROM task t WHERE t.plan_id = c."planId" AND t.status IN ('RUNNING', 'ROLLING_BACK')) AS room
      FROM ROWS FROM (jsonb_to_recordset(p->'tasks') AS ("taskId" text, "planId" text, admission boolean))
           WITH ORDINALITY AS c("taskId", "planId", admission, i)
      JOIN plan ON plan.plan_id = c."planId"
      WHERE c.admission AND NOT v_refused ? c."taskId"
    ) placed WHERE place > room;
    v_refused := v_refused || v_found;
    -- A failure that the choice did not know of may have reached a threshold: the choice is made again.
    IF v_has_plans THEN
      SELECT coalesce(jsonb_object_agg(c."taskId", 'conflict'), '{}') INTO v_found
      FROM jsonb_to_recordset(p->'tasks') AS c("taskId" text, "planId" text, admission boolean, state jsonb)
      JOIN jsonb_to_recordset(p->'plans') AS f("planId" text, "countedSeen" int) ON f."planId" = c."planId"
      WHERE c.admission AND c.state->>'status' IS DISTINCT FROM 'ROLLING_BACK' AND f."countedSeen" <> (SELECT count(*) FROM task t WHERE t.plan_id = c."planId" AND t.counted IS NOT NULL);
      v_refused := v_refused || v_found;
    END IF;
  END IF;

  IF (p->>'atomic')::boolean AND v_refused <> '{}' THEN
    RETURN jsonb_build_object('now', clock_timestamp(), 'plans', '{}'::jsonb, 'tasks',
      (SELECT jsonb_object_agg(key, jsonb_build_object('ok', false, 'refusal', value)) FROM jsonb_each(v_refused)));
  END IF;

  -- 3. Tenants, in one order everywhere: whoever gets the row has the tenant.
  IF v_taking THEN
    WITH wanted AS (
      SELECT c."taskId" AS task_id, c."tenantId" AS tenant_id
      FROM jsonb_to_recordset(p->'tasks') AS c("taskId" text, "tenantId" text, hold text)
      WHERE c.hold = 'take' AND NOT v_refused ? c."taskId"
    ), taken AS (
      INSERT INTO tenant_run (tenant_id, task_id) SELECT tenant_id, task_id FROM wanted ORDER BY tenant_id
      ON CONFLICT DO NOTHING RETURNING task_id
    )
    SELECT coalesce(jsonb_object_agg(task_id, 'tenantBusy'), '{}') INTO v_found
    FROM wanted WHERE task_id NOT IN (SELECT task_id FROM taken);
    v_refused := v_refused || v_found;
    -- Whoever had the tenant since it was read has left something else to go back to: the choice is made again. Looked at
    -- in a statement of its own, after the tenant is taken: before, whoever had it could still write.
    WITH moved AS (
      DELETE FROM tenant_run USING jsonb_to_recordset(p->'tasks') AS c("taskId" text, "tenantId" text, hold text, "tenantRevision" bigint),
        task t
      WHERE c.hold = 'take' AND NOT v_refused ? c."taskId" AND tenant_run.tenant_id = c."tenantId" AND t.task_id = c."taskId"
        AND c."tenantRevision" <> coalesce((SELECT u.revision FROM tenant_unit u WHERE u.tenant_id = c."tenantId" AND u.unit_id = t.unit_id), 0)
      RETURNING tenant_run.task_id)
    SELECT coalesce(jsonb_object_agg(task_id, 'conflict'), '{}') INTO v_found FROM moved;
    v_refused := v_refused || v_found;
    IF (p->>'atomic')::boolean AND v_refused <> '{}' THEN
      -- Nothing else is written yet; what was just taken is given back.
      DELETE FROM tenant_run USING jsonb_to_recordset(p->'tasks') AS c("taskId" text, hold text)
      WHERE tenant_run.task_id = c."taskId" AND c.hold = 'take' AND NOT v_refused ? c."taskId";
      RETURN jsonb_build_object('now', clock_timestamp(), 'plans', '{}'::jsonb, 'tasks',
        (SELECT jsonb_object_agg(key, jsonb_build_object('ok', false, 'refusal', value)) FROM jsonb_each(v_refused)));
    END IF;
  END IF;
  IF v_releasing THEN
    WITH given AS (
      DELETE FROM tenant_run USING jsonb_to_recordset(p->'tasks') AS c("taskId" text, "planId" text, hold text)
      WHERE tenant_run.task_id = c."taskId" AND c.hold = 'release' AND NOT v_refused ? c."taskId"
      RETURNING tenant_run.tenant_id, c."planId" AS plan_id
    )
    SELECT coalesce(array_agg(DISTINCT t.plan_id), '{}') INTO v_waiting
    FROM given JOIN task t ON t.tenant_id = given.tenant_id AND (t.status = 'PENDING' OR t.request IS NOT NULL)
    JOIN plan ON plan.plan_id = t.plan_id
    WHERE plan.awake AND t.plan_id <> given.plan_id;
  END IF;

  -- 4. Events, numbered from the counters as they are under the lock: the plan's own first, then task by task. The last
  -- one of a change carries what the change makes of the state.
  WITH stored AS (
  INSERT INTO event (plan_id, plan_seq, task_id, tenant_id, sequence_id, kind, status, actor, at, message, payload, change, commit_id)
  SELECT c.plan_id, c.plan_seq + c.before + e.j, c.task_id, c.tenant_id, c.sequence_id + e.j,
         e.body->>'kind', e.body->>'status', e.body->>'actor', (e.body->>'at')::timestamptz, e.body->>'message',
         e.body->'payload', CASE WHEN e.j = jsonb_array_length(c.events) THEN c.change END, c.commit_id
  FROM (
    SELECT o.*, plan.plan_seq, 
           CASE WHEN o.task_id IS NULL THEN plan.own_sequence_id ELSE coalesce(t.sequence_id, 0) END AS sequence_id,
           sum(jsonb_array_length(o.events)) OVER (PARTITION BY o.plan_id ORDER BY o.i) - jsonb_array_length(o.events) AS before
    FROM (
      SELECT x->>'planId' AS plan_id, NULL AS task_id, NULL AS tenant_id, -i AS i, x->'events' AS events, x->'state' AS change, (p->>'commitId')::uuid AS commit_id
      FROM jsonb_array_elements(p->'plans') WITH ORDINALITY AS w(x, i)
      WHERE NOT v_refused ? (x->>'planId')
      UNION ALL
      SELECT x->>'planId', x->>'taskId', x->>'tenantId', i, x->'events', x->'state', coalesce(x->>'commitId', p->>'commitId')::uuid
      FROM jsonb_array_elements(p->'tasks') WITH ORDINALITY AS w(x, i)
      WHERE NOT v_refused ? (x->>'taskId')
    ) o
    JOIN plan ON plan.plan_id = o.plan_id
    LEFT JOIN task t ON t.task_id = o.task_id
  ) c, jsonb_array_elements(c.events) WITH ORDINALITY AS e(body, j)
  RETURNING plan_id)
  SELECT coalesce(jsonb_object_agg(plan_id, n), '{}') INTO v_counts FROM (SELECT plan_id, count(*) AS n FROM stored GROUP BY plan_id) per_plan;

  -- 5. State: only what its change changes comes. The columns are those of the schema (db/migrate.ts fills them in).
  IF v_creating THEN
    -- Made at once as their first events leave them; the two lists are in the same order.
    WITH written AS (
    INSERT INTO task (task_id, plan_id, tenant_id, unit_id, ordinal, status, stages, wave, target_snapshot_id, previous_snapshot_id, previous_version, sequence_id)
    SELECT c."taskId", p#>>'{create,plan,planId}', c."tenantId", p#>>'{create,plan,unitId}', c.ordinal, c.status,
           v_stages, coalesce(c.wave, 0), c."targetSnapshotId", c."previousSnapshotId",
           (SELECT s.version FROM snapshot s WHERE s.snapshot_id = c."previousSnapshotId"), jsonb_array_length(c.events)
    FROM ROWS FROM (
      jsonb_to_recordset(p->'create'->'tasks') AS ("taskId" text, "tenantId" text, ordinal int, status text, wave int,
        "targetSnapshotId" uuid, "previousSnapshotId" uuid),
      jsonb_to_recordset(p->'tasks') AS (events jsonb)
    ) AS c("taskId", "tenantId", ordinal, status, wave, "targetSnapshotId", "previousSnapshotId", events)
    RETURNING task_id, revision, epoch, run, sequence_id)
    SELECT coalesce(jsonb_object_agg(task_id, jsonb_build_object('ok', true, 'revision', revision, 'epoch', epoch, 'run', run,
      'sequenceId', sequence_id)), '{}') INTO v_tasks FROM written;
  ELSIF v_has_tasks THEN
    WITH written AS (
    UPDATE task t SET
      :task_set,
      previous_snapshot_id = coalesce(c."previousSnapshotId", t.previous_snapshot_id),
      previous_version = CASE WHEN c."previousSnapshotId" IS NULL THEN t.previous_version
        ELSE (SELECT s.version FROM snapshot s WHERE s.snapshot_id = c."previousSnapshotId") END,
      heartbeat_at = CASE WHEN c.beat THEN clock_timestamp() ELSE t.heartbeat_at END,
      admitted_at = CASE WHEN c.admission THEN coalesce(t.admitted_at, clock_timestamp()) ELSE t.admitted_at END,
      node_id = coalesce(c."nodeId", t.node_id),
      revision = t.revision + CASE WHEN c.state IS NULL THEN 0 ELSE 1 END,
      epoch = t.epoch + CASE WHEN c.claim THEN 1 ELSE 0 END,
      run = t.run + CASE WHEN c.admission THEN 1 ELSE 0 END,
      claimed = CASE WHEN c.claim THEN true WHEN c.admission THEN false ELSE t.claimed END,
      sequence_id = t.sequence_id + jsonb_array_length(c.events)
    FROM jsonb_to_recordset(p->'tasks') AS c("taskId" text, state jsonb, events jsonb, "previousSnapshotId" uuid,
           beat boolean, "nodeId" text, claim boolean, admission boolean)
    WHERE t.task_id = c."taskId" AND NOT v_refused ? c."taskId"
    RETURNING t.task_id, t.revision, t.epoch, t.run, t.sequence_id)
    SELECT coalesce(jsonb_object_agg(task_id, jsonb_build_object('ok', true, 'revision', revision, 'epoch', epoch, 'run', run,
      'sequenceId', sequence_id)), '{}') INTO v_tasks FROM written;
  END IF;

  IF NOT v_has_plans THEN
    WITH written AS (
    UPDATE plan SET plan_seq = plan_seq + coalesce((v_counts->>plan_id)::bigint, 0), awake = awake OR NOT v_driving
    WHERE plan_id = ANY (ARRAY(SELECT x->>'planId' FROM jsonb_array_elements(p->'tasks') x WHERE NOT v_refused ? (x->>'taskId')))
    RETURNING plan_id, revision, plan_seq, epoch)
    SELECT coalesce(jsonb_object_agg(plan_id, jsonb_build_object('revision', revision, 'planSeq', plan_seq, 'epoch', epoch)), '{}')
    INTO v_plans FROM written;
  ELSE
    WITH written AS (
    UPDATE plan SET
      :plan_set,
      epoch = plan.epoch + CASE WHEN c.driver IS NULL THEN 0 ELSE 1 END,
      driver = CASE WHEN c.rests THEN NULL ELSE coalesce(c.driver, plan.driver) END,
      -- A bulk action is asked for without an event: whoever goes to rest may not know of it.
      awake = CASE WHEN c.rests THEN EXISTS (SELECT 1 FROM bulk WHERE bulk.plan_id = plan.plan_id AND bulk.ended_at IS NULL)
        ELSE plan.awake OR NOT (v_driving OR v_creating) END,
      revision = plan.revision + CASE WHEN c.state IS NULL THEN 0 ELSE 1 END,
      own_sequence_id = plan.own_sequence_id + coalesce(jsonb_array_length(c.events), 0),
      plan_seq = plan.plan_seq + counted.events
    FROM (
      SELECT id, sum(n) AS events FROM (
        SELECT x->>'planId' AS id, jsonb_array_length(x->'events') AS n FROM jsonb_array_elements(p->'plans') x WHERE NOT v_refused ? (x->>'planId')
        UNION ALL
        SELECT x->>'planId', jsonb_array_length(x->'events') FROM jsonb_array_elements(p->'tasks') x WHERE NOT v_refused ? (x->>'taskId')
      ) each_one GROUP BY id
    ) counted
    LEFT JOIN jsonb_to_recordset(p->'plans') AS c("planId" text, state jsonb, events jsonb, driver text, rests boolean)
      ON c."planId" = counted.id AND NOT v_refused ? c."planId"
    WHERE plan.plan_id = counted.id
    RETURNING plan.plan_id, plan.revision, plan.plan_seq, plan.epoch)
    SELECT coalesce(jsonb_object_agg(plan_id, jsonb_build_object('revision', revision, 'planSeq', plan_seq, 'epoch', epoch)), '{}')
    INTO v_plans FROM written;
  END IF;

  -- 6. What a transition carries along: the tenant's versions, the audit row.
  IF v_moving THEN
    IF v_restoring THEN
      -- Nothing has left after all: the record is what it was before the send was announced. What another task has left
      -- unknown stays so: the last that is told of the tenant is then not this task's announcement.
      DELETE FROM tenant_unit u USING jsonb_to_recordset(p->'tasks') AS c("taskId" text, "tenantId" text, "tenantVersion" jsonb)
      WHERE c."tenantVersion"->>'restore' = 'true' AND NOT v_refused ? c."taskId" AND u.tenant_id = c."tenantId"
        AND u.unit_id = c."tenantVersion"->>'unitId' AND u.known_version IS NULL
        AND (SELECT h.task_id FROM tenant_history h WHERE h.tenant_id = u.tenant_id AND h.unit_id = u.unit_id ORDER BY h.id DESC LIMIT 1)
          = c."taskId";
    END IF;
    WITH moves AS (
      SELECT c."taskId", c."planId", c."tenantId", m."unitId", m."unitName", m.actor, m.reason, coalesce(m."lastKnownGood", false) AS good,
        u.current_version, CASE WHEN m.restore THEN u.known_version ELSE m.version END AS version,
        CASE WHEN m.restore THEN u.known_snapshot_id ELSE m."snapshotId" END AS snapshot_id
      FROM jsonb_to_recordset(p->'tasks') AS c("taskId" text, "planId" text, "tenantId" text, "tenantVersion" jsonb)
      CROSS JOIN LATERAL jsonb_to_record(c."tenantVersion") AS m("unitId" text, "unitName" text, version text, actor text, reason text,
        "snapshotId" uuid, "lastKnownGood" boolean, restore boolean)
      LEFT JOIN tenant_unit u ON u.tenant_id = c."tenantId" AND u.unit_id = m."unitId"
      WHERE NOT v_refused ? c."taskId" AND (m.restore IS NOT TRUE
        OR (SELECT h.task_id FROM tenant_history h WHERE h.tenant_id = c."tenantId" AND h.unit_id = m."unitId" ORDER BY h.id DESC LIMIT 1)
          = c."taskId")
    ), told AS (
      INSERT INTO tenant_history (tenant_id, unit_id, from_version, to_version, task_id, plan_id, actor, reason, snapshot_id, confirmed)
      SELECT "tenantId", "unitId", current_version, version, "taskId", "planId", actor, reason, snapshot_id, good
      FROM moves WHERE version IS NOT NULL AND current_version IS DISTINCT FROM version
    )
    INSERT INTO tenant_unit AS u (tenant_id, unit_id, unit_name, current_version, current_snapshot_id, known_version, known_snapshot_id,
                                  last_known_good_version, last_known_good_snapshot_id)
    SELECT "tenantId", "unitId", "unitName", version, CASE WHEN version <> 'unknown' THEN snapshot_id END,
           CASE WHEN version <> 'unknown' THEN version END, CASE WHEN version <> 'unknown' THEN snapshot_id END,
           CASE WHEN good THEN version END, CASE WHEN good THEN snapshot_id END
    FROM moves WHERE version IS NOT NULL
    ORDER BY "tenantId"
    ON CONFLICT (tenant_id, unit_id) DO UPDATE SET
      unit_name = excluded.unit_name,
      current_version = excluded.current_version,
      current_snapshot_id = excluded.current_snapshot_id,
      -- What was last certain stays while it is unknown what the tenant runs.
      known_version = CASE WHEN excluded.current_version <> 'unknown' THEN excluded.current_version
        WHEN u.current_version <> 'unknown' THEN u.current_version ELSE u.known_version END,
      known_snapshot_id = CASE WHEN excluded.current_version <> 'unknown' THEN excluded.current_snapshot_id
        WHEN u.current_version <> 'unknown' THEN u.current_snapshot_id ELSE u.known_snapshot_id END,
      last_known_good_version = coalesce(excluded.last_known_good_version, u.last_known_good_version),
      last_known_good_snapshot_id = coalesce(excluded.last_known_good_snapshot_id, u.last_known_good_snapshot_id),
      revision = u.revision + 1,
      updated_at = clock_timestamp();
  END IF;
  IF p->'audit' IS NOT NULL AND p->'audit' <> 'null' THEN
    INSERT INTO audit (actor, action, target, reason, request_id, outcome)
    SELECT a.actor, a.action, a.target, a.reason, a."requestId", a.outcome
    FROM jsonb_to_record(p->'audit') AS a(actor text, action text, target text, reason text, "requestId" uuid, outcome jsonb);
  END IF;

  -- 7. A bulk action's outcomes, tenant by tenant: with the change itself, so that none is done and told twice.
  IF p ? 'bulk' THEN
    UPDATE bulk_item b SET outcome = i.outcome, message = i.message
    FROM jsonb_to_recordset(p#>'{bulk,items}') AS i("taskId" text, outcome text, message text)
    WHERE b.bulk_id = (p#>>'{bulk,bulkId}')::uuid AND b.task_id = i."taskId" AND b.outcome IS NULL AND NOT v_refused ? i."taskId";
    UPDATE bulk SET ended_at = clock_timestamp()
    WHERE bulk_id = (p#>>'{bulk,bulkId}')::uuid AND ended_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM bulk_item b WHERE b.bulk_id = bulk.bulk_id AND b.outcome IS NULL);
  END IF;

  IF v_refused <> '{}' THEN
    v_tasks := v_tasks || (
      SELECT coalesce(jsonb_object_agg(x->>'taskId', jsonb_build_object('ok', false, 'refusal', v_refused->>(x->>'taskId'))), '{}')
      FROM jsonb_array_elements(p->'tasks') x WHERE v_refused ? (x->>'taskId'));
  END IF;
  RETURN jsonb_build_object('now', clock_timestamp(), 'plans', v_plans, 'tasks', v_tasks, 'woken', to_jsonb(v_woken),
    'waiting', to_jsonb(v_waiting), 'fenced', CASE WHEN NOT v_former THEN to_jsonb(v_fenced) END, 'locked', to_jsonb(v_locked));
END $$;
