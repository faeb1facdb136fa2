ALTER TABLE "plan" ADD COLUMN "start_approval" jsonb;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "approval" jsonb;