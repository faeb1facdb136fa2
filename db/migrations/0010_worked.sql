ALTER TABLE "task" ADD COLUMN "worked" jsonb DEFAULT '{"millis":0,"since":null}'::jsonb NOT NULL;--> statement-breakpoint
-- What runs while this comes has worked since it began; of what came to rest, what was told stands.
UPDATE task SET worked = CASE WHEN status IN ('RUNNING', 'ROLLING_BACK')
  THEN jsonb_build_object('millis', 0, 'since', to_json(started_at) #>> '{}')
  ELSE jsonb_build_object('millis', coalesce(duration_millis, 0), 'since', NULL) END
WHERE started_at IS NOT NULL;
