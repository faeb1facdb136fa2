DROP INDEX "event_news";--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "deadline" jsonb;--> statement-breakpoint
CREATE INDEX "plan_deadlines" ON "plan" USING btree ("created_at") WHERE "plan"."deadline" is not null;--> statement-breakpoint
CREATE INDEX "event_news" ON "event" USING btree ("at") WHERE kind in ('PlanCompleted', 'PlanPartiallyFailed', 'PlanFailed', 'PlanCancelled', 'PlanRolledBack', 'PlanHalted', 'PlanStartMissed', 'DeadlinePassed', 'StartApprovalNeeded', 'FreezeOverrideAsked', 'TaskFailed', 'TaskRollbackFailed', 'TaskRolledBack', 'TaskPaused');