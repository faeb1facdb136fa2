CREATE TABLE "request_binding" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"fingerprint" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tenant_unit" ADD COLUMN "known_version" text;--> statement-breakpoint
ALTER TABLE "tenant_unit" ADD COLUMN "known_snapshot_id" uuid;--> statement-breakpoint
ALTER TABLE "bulk" ADD COLUMN "options" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "urgent" text;--> statement-breakpoint
ALTER TABLE "plan" ADD COLUMN "rollback_to" text;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "previous_version" text;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "takeover" jsonb;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "sent" jsonb DEFAULT '{"calls":false,"config":{}}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "task" ADD COLUMN "admitted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tenant_history" ADD COLUMN "snapshot_id" uuid;--> statement-breakpoint
ALTER TABLE "tenant_history" ADD COLUMN "confirmed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "task_request_now" ON "task" USING btree ("task_id") WHERE "task"."request"->>'now' is not null;
--> statement-breakpoint
-- What the builds before this one did not write down. Where a stage had started, anything may have been sent.
UPDATE "task" SET "admitted_at" = "started_at" WHERE "started_at" IS NOT NULL;
--> statement-breakpoint
UPDATE "task" t SET "previous_version" = s."version" FROM "snapshot" s WHERE s."snapshot_id" = t."previous_snapshot_id";
--> statement-breakpoint
UPDATE "task" SET "sent" = '{"calls": true, "config": {"*": "taken"}}' WHERE "stage_started" AND "status" <> 'ROLLED_BACK';
--> statement-breakpoint
UPDATE "tenant_unit" u SET "known_version" = coalesce(nullif(u."current_version", 'unknown'),
  (SELECT h."to_version" FROM "tenant_history" h WHERE h."tenant_id" = u."tenant_id" AND h."unit_id" = u."unit_id"
    AND h."to_version" <> 'unknown' ORDER BY h."id" DESC LIMIT 1)),
  "known_snapshot_id" = u."current_snapshot_id";
--> statement-breakpoint
ALTER TABLE "tenant_history" DISABLE TRIGGER "tenant_history_append_only";
--> statement-breakpoint
UPDATE "tenant_history" h SET "snapshot_id" = CASE WHEN s."version" = h."to_version" THEN t."target_snapshot_id" ELSE t."previous_snapshot_id" END,
  "confirmed" = t."health_confirmed"
FROM "task" t LEFT JOIN "snapshot" s ON s."snapshot_id" = t."target_snapshot_id"
WHERE t."task_id" = h."task_id" AND h."to_version" <> 'unknown';
--> statement-breakpoint
ALTER TABLE "tenant_history" ENABLE TRIGGER "tenant_history_append_only";
