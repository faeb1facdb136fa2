CREATE TABLE "audit_signature" (
	"day" date NOT NULL,
	"key_id" text NOT NULL,
	"signature" text NOT NULL,
	CONSTRAINT "audit_signature_day_key_id_pk" PRIMARY KEY("day","key_id")
);
--> statement-breakpoint
CREATE TABLE "audit_summary" (
	"day" date PRIMARY KEY NOT NULL,
	"summary" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_signature" ADD CONSTRAINT "audit_signature_day_audit_summary_day_fk" FOREIGN KEY ("day") REFERENCES "public"."audit_summary"("day") ON DELETE no action ON UPDATE no action;