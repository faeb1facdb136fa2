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
ALTER TABLE "tenant_import_item" ADD CONSTRAINT "tenant_import_item_import_id_tenant_import_import_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."tenant_import"("import_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tenant_import_at" ON "tenant_import" USING btree ("at");
--> statement-breakpoint
-- With a tenant end its secrets and its versions on record, also of those that were removed before this build.
DELETE FROM "secret" s USING "tenant" t WHERE t."tenant_id" = s."tenant_id" AND t."removed_at" IS NOT NULL;
--> statement-breakpoint
DELETE FROM "tenant_unit" u USING "tenant" t WHERE t."tenant_id" = u."tenant_id" AND t."removed_at" IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM "task" k WHERE k."tenant_id" = t."tenant_id" AND k."status" IN ('PENDING', 'RUNNING', 'PAUSED', 'ROLLING_BACK'));
