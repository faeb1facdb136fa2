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
CREATE TABLE "setting" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone DEFAULT now() NOT NULL
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
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone,
	"gave_up_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "bulk" (
	"bulk_id" uuid PRIMARY KEY NOT NULL,
	"plan_id" text NOT NULL,
	"action" text NOT NULL,
	"from_checkpoint" boolean DEFAULT true NOT NULL,
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
ALTER TABLE "checkpoint" DROP CONSTRAINT "checkpoint_task_id_direction_pk";--> statement-breakpoint
ALTER TABLE "checkpoint" ADD CONSTRAINT "checkpoint_task_id_direction_epoch_stage_index_pk" PRIMARY KEY("task_id","direction","epoch","stage_index");--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "wave" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "bake_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "counting_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "start_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "notified_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "summary" jsonb;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "events_removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "counted" jsonb;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "wave" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "policy_paused_at" integer;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "drift_accepted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "data_at" jsonb;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_webhook_webhook_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhook"("webhook_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk" ADD CONSTRAINT "bulk_plan_id_plan_plan_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plan"("plan_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_item" ADD CONSTRAINT "bulk_item_bulk_id_bulk_bulk_id_fk" FOREIGN KEY ("bulk_id") REFERENCES "public"."bulk"("bulk_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_delivery_once" ON "webhook_delivery" USING btree ("webhook_id","plan_id","plan_seq");--> statement-breakpoint
CREATE INDEX "webhook_delivery_webhook" ON "webhook_delivery" USING btree ("webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "bulk_item_open" ON "bulk_item" USING btree ("bulk_id","place") WHERE "bulk_item"."outcome" is null;--> statement-breakpoint
CREATE INDEX "audit_actor" ON "audit" USING btree ("actor","id");--> statement-breakpoint
CREATE INDEX "task_counted" ON "task" USING btree ("plan_id") WHERE "task"."counted" is not null;