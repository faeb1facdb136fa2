CREATE TABLE "webhook_event" (
	"webhook_id" uuid NOT NULL,
	"plan_id" text NOT NULL,
	"plan_seq" bigint NOT NULL,
	"topic" text NOT NULL,
	"facts" jsonb NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"held" boolean DEFAULT false NOT NULL,
	CONSTRAINT "webhook_event_webhook_id_plan_id_plan_seq_pk" PRIMARY KEY("webhook_id","plan_id","plan_seq")
);
--> statement-breakpoint
DROP INDEX "event_news";--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "kind" text DEFAULT 'webhook' NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "own" jsonb;--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "digest_seconds" integer DEFAULT 60 NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "quiet" jsonb;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD COLUMN "count" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_event" ADD CONSTRAINT "webhook_event_webhook_id_webhook_webhook_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhook"("webhook_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "event_news" ON "event" USING btree ("at") WHERE kind in ('PlanCompleted', 'PlanPartiallyFailed', 'PlanFailed', 'PlanCancelled', 'PlanRolledBack', 'PlanHalted', 'PlanStartMissed', 'StartApprovalNeeded', 'TaskFailed', 'TaskRollbackFailed', 'TaskRolledBack', 'TaskPaused');--> statement-breakpoint
-- What was told so far goes on as it was: each thing at once, and rollbacks that failed to whoever heard of failures.
UPDATE "webhook" SET "digest_seconds" = 0;--> statement-breakpoint
UPDATE "webhook" SET "topics" = array_append("topics", 'rollbackFailed') WHERE 'taskFailed' = ANY ("topics");
