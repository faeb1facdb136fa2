CREATE TABLE "api_key" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_key_hash_unique" UNIQUE("hash"),
	CONSTRAINT "api_key_role" CHECK ("api_key"."role" IN ('viewer', 'operator', 'admin'))
);
--> statement-breakpoint
CREATE TABLE "auth_account" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "auth_account_provider" UNIQUE("provider_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "auth_rate_limit" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL,
	CONSTRAINT "auth_rate_limit_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "auth_session" (
	"id" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "auth_session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "auth_user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"role" text DEFAULT 'viewer' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "auth_user_email_unique" UNIQUE("email"),
	CONSTRAINT "auth_user_role" CHECK ("auth_user"."role" IN ('viewer', 'operator', 'admin')),
	CONSTRAINT "auth_user_email_lower" CHECK ("auth_user"."email" = lower("auth_user"."email"))
);
--> statement-breakpoint
CREATE TABLE "auth_verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secret" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"ciphertext" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "secret_name_version" UNIQUE("tenant_id","name","version")
);
--> statement-breakpoint
CREATE TABLE "setup_token" (
	"hash" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"claimed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "share" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"plan_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone DEFAULT now() + interval '7 days' NOT NULL,
	"revoked_at" timestamp with time zone,
	"view_count" integer DEFAULT 0 NOT NULL,
	"show_names" boolean DEFAULT false NOT NULL,
	CONSTRAINT "share_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "deploy_unit" (
	"unit_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drift_check" (
	"tenant_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"expected" text NOT NULL,
	"drifted" boolean NOT NULL,
	"instances" jsonb NOT NULL,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "drift_check_tenant_id_unit_id_pk" PRIMARY KEY("tenant_id","unit_id")
);
--> statement-breakpoint
CREATE TABLE "freeze" (
	"freeze_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"tenant_id" text,
	"labels" jsonb,
	"window" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "playbook" (
	"playbook_id" text NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"definition" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "playbook_playbook_id_version_pk" PRIMARY KEY("playbook_id","version")
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "snapshot" (
	"snapshot_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"unit_name" text NOT NULL,
	"version" text NOT NULL,
	"payload" text NOT NULL,
	"format" text NOT NULL,
	"endpoints" jsonb NOT NULL,
	"digest" text NOT NULL,
	"scope" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenant" (
	"tenant_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"labels" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"endpoints" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"variables" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"overrides" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "tenant_id_form" CHECK ("tenant"."tenant_id" ~ '^[A-Za-z0-9_-]{1,64}$')
);
--> statement-breakpoint
CREATE TABLE "tenant_unit" (
	"tenant_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"unit_name" text NOT NULL,
	"current_version" text NOT NULL,
	"current_snapshot_id" uuid,
	"known_version" text,
	"known_snapshot_id" uuid,
	"last_known_good_version" text,
	"last_known_good_snapshot_id" uuid,
	"revision" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenant_unit_tenant_id_unit_id_pk" PRIMARY KEY("tenant_id","unit_id")
);
--> statement-breakpoint
CREATE TABLE "unit_version" (
	"unit_id" text NOT NULL,
	"version" text NOT NULL,
	"payload" text NOT NULL,
	"format" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "unit_version_unit_id_version_pk" PRIMARY KEY("unit_id","version"),
	CONSTRAINT "unit_version_format" CHECK ("unit_version"."format" in ('json', 'text'))
);
--> statement-breakpoint
CREATE TABLE "tenant_import" (
	"import_id" uuid PRIMARY KEY NOT NULL,
	"actor" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"plan_number" bigint NOT NULL,
	"created" integer NOT NULL,
	"changed" integer NOT NULL,
	"taken_back_by" text,
	"taken_back_at" timestamp with time zone,
	"taken_back_request" uuid,
	"taken_back" jsonb
);
--> statement-breakpoint
CREATE TABLE "tenant_import_item" (
	"import_id" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb NOT NULL,
	CONSTRAINT "tenant_import_item_import_id_tenant_id_pk" PRIMARY KEY("import_id","tenant_id")
);
--> statement-breakpoint
CREATE TABLE "webhook" (
	"webhook_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"format" text DEFAULT 'json' NOT NULL,
	"topics" text[] NOT NULL,
	"secret" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_delivery" (
	"delivery_id" uuid PRIMARY KEY NOT NULL,
	"webhook_id" uuid NOT NULL,
	"plan_id" text NOT NULL,
	"plan_seq" bigint NOT NULL,
	"topic" text NOT NULL,
	"payload" jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_status" integer,
	"last_error" text,
	"results" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone,
	"gave_up_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"reason" text,
	"request_id" uuid,
	"outcome" jsonb NOT NULL,
	CONSTRAINT "audit_request_id_unique" UNIQUE("request_id")
);
--> statement-breakpoint
CREATE TABLE "bulk" (
	"bulk_id" uuid PRIMARY KEY NOT NULL,
	"plan_id" text NOT NULL,
	"action" text NOT NULL,
	"from_checkpoint" boolean DEFAULT true NOT NULL,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"reason" text,
	"requested_by" text NOT NULL,
	"request_id" uuid,
	"total" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "bulk_request_id_unique" UNIQUE("request_id")
);
--> statement-breakpoint
CREATE TABLE "bulk_item" (
	"bulk_id" uuid NOT NULL,
	"place" integer NOT NULL,
	"task_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"outcome" text,
	"message" text,
	CONSTRAINT "bulk_item_bulk_id_place_pk" PRIMARY KEY("bulk_id","place")
);
--> statement-breakpoint
CREATE TABLE "checkpoint" (
	"task_id" text NOT NULL,
	"direction" text NOT NULL,
	"stage_index" integer NOT NULL,
	"epoch" integer NOT NULL,
	"data" jsonb NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkpoint_task_id_direction_epoch_stage_index_pk" PRIMARY KEY("task_id","direction","epoch","stage_index")
);
--> statement-breakpoint
CREATE TABLE "event" (
	"plan_id" text NOT NULL,
	"plan_seq" bigint NOT NULL,
	"task_id" text,
	"tenant_id" text,
	"sequence_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"actor" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"message" text NOT NULL,
	"payload" jsonb NOT NULL,
	"commit_id" uuid NOT NULL,
	CONSTRAINT "event_plan_id_plan_seq_pk" PRIMARY KEY("plan_id","plan_seq")
);
--> statement-breakpoint
CREATE TABLE "executor" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"mode" text DEFAULT 'local' NOT NULL,
	"stopped" jsonb,
	CONSTRAINT "executor_single" CHECK ("executor"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "node" (
	"node_id" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"mode" text NOT NULL,
	"executing" boolean NOT NULL,
	"slots" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"beat_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan" (
	"plan_id" text PRIMARY KEY NOT NULL,
	"number" bigserial NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"intent" text DEFAULT 'none' NOT NULL,
	"intent_by" text,
	"halted" jsonb,
	"max_concurrency" integer NOT NULL,
	"settings" jsonb NOT NULL,
	"unit_id" text NOT NULL,
	"unit_name" text NOT NULL,
	"version" text NOT NULL,
	"playbook_id" text NOT NULL,
	"playbook_version" integer NOT NULL,
	"playbook" jsonb NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	"plan_seq" bigint DEFAULT 0 NOT NULL,
	"own_sequence_id" bigint DEFAULT 0 NOT NULL,
	"last_served_at" timestamp with time zone,
	"wave" integer DEFAULT 0 NOT NULL,
	"bake_until" timestamp with time zone,
	"counting_since" timestamp with time zone,
	"urgent" text,
	"rollback_to" text,
	"start_at" timestamp with time zone,
	"start_by" timestamp with time zone,
	"notified_seq" bigint DEFAULT 0 NOT NULL,
	"summary" jsonb,
	"events_removed_at" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "plan_number_unique" UNIQUE("number"),
	CONSTRAINT "plan_status_known" CHECK ("plan"."status" in ('CREATED', 'VALIDATING', 'READY', 'RUNNING', 'PAUSED', 'COMPLETED', 'PARTIAL_FAILED', 'FAILED', 'CANCELLED', 'ROLLING_BACK', 'ROLLED_BACK')),
	CONSTRAINT "plan_intent_known" CHECK ("plan"."intent" in ('none', 'pause', 'cancel', 'rollback', 'close'))
);
--> statement-breakpoint
CREATE TABLE "request_binding" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"fingerprint" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "storage_probe" (
	"node_id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task" (
	"task_id" text PRIMARY KEY NOT NULL,
	"plan_id" text NOT NULL,
	"tenant_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"ordinal" integer NOT NULL,
	"status" text NOT NULL,
	"direction" text DEFAULT 'forward' NOT NULL,
	"stage_index" integer DEFAULT 0 NOT NULL,
	"stages" text[] NOT NULL,
	"current_stage" text,
	"open_step" jsonb,
	"attempt" integer DEFAULT 0 NOT NULL,
	"retry_count" integer DEFAULT 0 NOT NULL,
	"request" jsonb,
	"held_by" text,
	"retry" jsonb,
	"failure" jsonb,
	"counted" jsonb,
	"wave" integer DEFAULT 0 NOT NULL,
	"policy_paused_at" integer,
	"drift_accepted" boolean DEFAULT false NOT NULL,
	"data_at" jsonb,
	"takeover" jsonb,
	"sent" jsonb DEFAULT '{"calls":false,"config":{}}'::jsonb NOT NULL,
	"stage_started" boolean DEFAULT false NOT NULL,
	"config_sent" boolean DEFAULT false NOT NULL,
	"health_confirmed" boolean DEFAULT false NOT NULL,
	"target_snapshot_id" uuid,
	"previous_snapshot_id" uuid,
	"previous_version" text,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"duration_millis" bigint,
	"worked" jsonb DEFAULT '{"millis":0,"since":null}'::jsonb NOT NULL,
	"stage_started_at" timestamp with time zone,
	"admitted_at" timestamp with time zone,
	"heartbeat_at" timestamp with time zone,
	"revision" bigint DEFAULT 0 NOT NULL,
	"sequence_id" bigint DEFAULT 0 NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"run" integer DEFAULT 0 NOT NULL,
	"claimed" boolean DEFAULT false NOT NULL,
	"node_id" text,
	CONSTRAINT "task_status_known" CHECK ("task"."status" in ('CREATED', 'VALIDATING', 'VALIDATION_FAILED', 'PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED', 'ROLLING_BACK', 'ROLLED_BACK', 'ROLLBACK_FAILED'))
);
--> statement-breakpoint
CREATE TABLE "tenant_history" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"from_version" text,
	"to_version" text NOT NULL,
	"task_id" text,
	"plan_id" text,
	"actor" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"snapshot_id" uuid,
	"confirmed" boolean DEFAULT false NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenant_run" (
	"tenant_id" text PRIMARY KEY NOT NULL,
	"task_id" text NOT NULL,
	"taken_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenant_run_task_id_unique" UNIQUE("task_id")
);
--> statement-breakpoint
ALTER TABLE "auth_account" ADD CONSTRAINT "auth_account_user_id_auth_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."auth_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_session" ADD CONSTRAINT "auth_session_user_id_auth_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."auth_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_unit" ADD CONSTRAINT "tenant_unit_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "unit_version" ADD CONSTRAINT "unit_version_unit_id_deploy_unit_unit_id_fk" FOREIGN KEY ("unit_id") REFERENCES "public"."deploy_unit"("unit_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_import_item" ADD CONSTRAINT "tenant_import_item_import_id_tenant_import_import_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."tenant_import"("import_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_webhook_webhook_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhook"("webhook_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk" ADD CONSTRAINT "bulk_plan_id_plan_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plan"("plan_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_item" ADD CONSTRAINT "bulk_item_bulk_id_bulk_bulk_id_fk" FOREIGN KEY ("bulk_id") REFERENCES "public"."bulk"("bulk_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checkpoint" ADD CONSTRAINT "checkpoint_task_id_task_task_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."task"("task_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task" ADD CONSTRAINT "task_plan_id_plan_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plan"("plan_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "auth_account_user" ON "auth_account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_session_user" ON "auth_session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_verification_identifier" ON "auth_verification" USING btree ("identifier");--> statement-breakpoint
CREATE UNIQUE INDEX "setup_token_claimed_once" ON "setup_token" USING btree ((true)) WHERE "setup_token"."claimed_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "share_plan" ON "share" USING btree ("plan_id");--> statement-breakpoint
CREATE INDEX "snapshot_tenant" ON "snapshot" USING btree ("tenant_id","unit_id");--> statement-breakpoint
CREATE INDEX "tenant_import_at" ON "tenant_import" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_delivery_once" ON "webhook_delivery" USING btree ("webhook_id","plan_id","plan_seq");--> statement-breakpoint
CREATE INDEX "webhook_delivery_webhook" ON "webhook_delivery" USING btree ("webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "webhook_delivery_open" ON "webhook_delivery" USING btree ("created_at") WHERE "webhook_delivery"."delivered_at" is null and "webhook_delivery"."gave_up_at" is null;--> statement-breakpoint
CREATE INDEX "audit_target" ON "audit" USING btree ("target","id");--> statement-breakpoint
CREATE INDEX "audit_actor" ON "audit" USING btree ("actor","id");--> statement-breakpoint
CREATE INDEX "bulk_item_open" ON "bulk_item" USING btree ("bulk_id","place") WHERE "bulk_item"."outcome" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "event_task_sequence" ON "event" USING btree ("task_id","sequence_id") WHERE "event"."task_id" is not null;--> statement-breakpoint
CREATE INDEX "plan_open" ON "plan" USING btree ("last_served_at") WHERE "plan"."status" in ('RUNNING', 'PAUSED', 'ROLLING_BACK');--> statement-breakpoint
CREATE UNIQUE INDEX "task_plan_ordinal" ON "task" USING btree ("plan_id","ordinal");--> statement-breakpoint
CREATE UNIQUE INDEX "task_plan_tenant" ON "task" USING btree ("plan_id","tenant_id");--> statement-breakpoint
CREATE INDEX "task_tenant_unit" ON "task" USING btree ("tenant_id","unit_id");--> statement-breakpoint
CREATE INDEX "task_plan_status" ON "task" USING btree ("plan_id","status","ordinal");--> statement-breakpoint
CREATE INDEX "task_pending" ON "task" USING btree ("plan_id","ordinal") WHERE "task"."status" = 'PENDING';--> statement-breakpoint
CREATE INDEX "task_plan_request" ON "task" USING btree ("plan_id") WHERE "task"."request" is not null;--> statement-breakpoint
CREATE INDEX "task_request_now" ON "task" USING btree ("task_id") WHERE "task"."request"->>'now' is not null;--> statement-breakpoint
CREATE INDEX "task_counted" ON "task" USING btree ("plan_id") WHERE "task"."counted" is not null;--> statement-breakpoint
CREATE INDEX "task_running" ON "task" USING btree ("plan_id") WHERE "task"."status" in ('RUNNING', 'ROLLING_BACK');--> statement-breakpoint
CREATE INDEX "tenant_history_tenant" ON "tenant_history" USING btree ("tenant_id","id");--> statement-breakpoint
-- Room in each page for the versions that a task's stages leave behind.
ALTER TABLE "task" SET (fillfactor = 50);--> statement-breakpoint
-- A plan's row changes with every statement that touches its tasks: a page of its own, nearly.
ALTER TABLE "plan" SET (fillfactor = 10);--> statement-breakpoint
-- Ten thousand configurations come at once when a plan is made: compressing them takes as long as writing them.
ALTER TABLE "snapshot" ALTER COLUMN "payload" SET STORAGE EXTERNAL;
