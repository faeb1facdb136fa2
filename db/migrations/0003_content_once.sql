-- Who runs goes on reading meanwhile; who makes a plan waits until the rows are moved.
LOCK TABLE "snapshot" IN SHARE MODE;--> statement-breakpoint
CREATE TABLE "content" (
	"digest" text PRIMARY KEY NOT NULL,
	"payload" text NOT NULL
);--> statement-breakpoint
-- Ten thousand contents come at once when a plan is made: compressing them takes as long as writing them.
ALTER TABLE "content" ALTER COLUMN "payload" SET STORAGE EXTERNAL;--> statement-breakpoint
CREATE TABLE "tenant_snapshot" (
	"snapshot_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"unit_id" text NOT NULL,
	"unit_name" text NOT NULL,
	"version" text NOT NULL,
	"format" text NOT NULL,
	"endpoints" jsonb NOT NULL,
	"digest" text NOT NULL,
	"scope" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
INSERT INTO "content" SELECT DISTINCT ON ("digest") "digest", "payload" FROM "snapshot" ORDER BY "digest";--> statement-breakpoint
INSERT INTO "tenant_snapshot" SELECT "snapshot_id", "tenant_id", "unit_id", "unit_name", "version", "format", "endpoints", "digest", "scope",
  "created_at", "created_at" FROM "snapshot";--> statement-breakpoint
DROP TABLE "snapshot" CASCADE;--> statement-breakpoint
ALTER TABLE "tenant_snapshot" ADD CONSTRAINT "tenant_snapshot_digest_content_digest_fk" FOREIGN KEY ("digest") REFERENCES "public"."content"("digest") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tenant_snapshot_digest" ON "tenant_snapshot" USING btree ("digest");--> statement-breakpoint
CREATE VIEW "public"."snapshot" AS (select "tenant_snapshot"."snapshot_id", "tenant_snapshot"."tenant_id", "tenant_snapshot"."unit_id", "tenant_snapshot"."unit_name", "tenant_snapshot"."version", "content"."payload", "tenant_snapshot"."format", "tenant_snapshot"."endpoints", "tenant_snapshot"."digest", "tenant_snapshot"."scope", "tenant_snapshot"."used_at" as "created_at" from "tenant_snapshot" left join "content" on "content"."digest" = "tenant_snapshot"."digest");--> statement-breakpoint
-- For the build before, which stores into and removes from what was a table; it goes with the next. A row of it has an id
-- of its own that nobody else shares, so that it may remove what it stored.
CREATE FUNCTION "former_snapshot_stored"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO content (digest, payload) VALUES (NEW.digest, NEW.payload) ON CONFLICT (digest) DO NOTHING;
  INSERT INTO tenant_snapshot (snapshot_id, tenant_id, unit_id, unit_name, version, format, endpoints, digest, scope)
  VALUES (NEW.snapshot_id, NEW.tenant_id, NEW.unit_id, NEW.unit_name, NEW.version, NEW.format, NEW.endpoints, NEW.digest, NEW.scope);
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "former_snapshot_removed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Not what somebody uses again since it was looked at.
  DELETE FROM tenant_snapshot WHERE snapshot_id = OLD.snapshot_id AND used_at = OLD.created_at;
  RETURN CASE WHEN FOUND THEN OLD END;
END $$;--> statement-breakpoint
CREATE TRIGGER "former_snapshot_stored" INSTEAD OF INSERT ON "snapshot" FOR EACH ROW EXECUTE FUNCTION "former_snapshot_stored"();--> statement-breakpoint
CREATE TRIGGER "former_snapshot_removed" INSTEAD OF DELETE ON "snapshot" FOR EACH ROW EXECUTE FUNCTION "former_snapshot_removed"();
