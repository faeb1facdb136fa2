ALTER TABLE "executor" ALTER COLUMN "mode" SET DEFAULT 'pg-boss';--> statement-breakpoint
ALTER TABLE "node" ALTER COLUMN "mode" SET DEFAULT 'pg-boss';--> statement-breakpoint
ALTER TABLE "node" ADD COLUMN "trouble" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "awake" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "epoch" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "driver" text;--> statement-breakpoint
CREATE INDEX "bulk_open" ON "bulk" USING btree ("plan_id") WHERE "bulk"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "plan_awake" ON "plan" USING btree ("plan_id") WHERE "plan"."awake";--> statement-breakpoint
CREATE INDEX "plan_scheduled" ON "plan" USING btree ("start_at") WHERE "plan"."status" = 'READY' and "plan"."start_at" is not null;--> statement-breakpoint
CREATE INDEX "task_waiting" ON "task" USING btree ("tenant_id") WHERE "task"."status" = 'PENDING' or "task"."request" is not null;--> statement-breakpoint
UPDATE "plan" SET "awake" = true WHERE "status" IN ('RUNNING', 'PAUSED', 'ROLLING_BACK') OR EXISTS (SELECT 1 FROM "task" WHERE "task"."plan_id" = "plan"."plan_id" AND "task"."request" IS NOT NULL) OR EXISTS (SELECT 1 FROM "bulk" WHERE "bulk"."plan_id" = "plan"."plan_id" AND "bulk"."ended_at" IS NULL);
