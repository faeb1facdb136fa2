DROP INDEX "event_news";--> statement-breakpoint
ALTER TABLE "auth_user" ADD COLUMN "groups" text[];--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "freeze_override" jsonb;--> statement-breakpoint
CREATE INDEX "plan_overrides" ON "plan" USING btree ("created_at") WHERE "plan"."freeze_override" is not null;--> statement-breakpoint
CREATE INDEX "event_news" ON "event" USING btree ("at") WHERE kind in ('PlanCompleted', 'PlanPartiallyFailed', 'PlanFailed', 'PlanCancelled', 'PlanRolledBack', 'PlanHalted', 'PlanStartMissed', 'StartApprovalNeeded', 'FreezeOverrideAsked', 'TaskFailed', 'TaskRollbackFailed', 'TaskRolledBack', 'TaskPaused');