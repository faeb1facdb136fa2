CREATE TABLE "actor_name" (
	"looks" text PRIMARY KEY NOT NULL,
	"names" text[] NOT NULL,
	"kind" text NOT NULL,
	"principal" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "actor_name_kind" CHECK ("actor_name"."kind" IN ('user', 'apiKey'))
);
--> statement-breakpoint
CREATE TABLE "refused_access" (
	"minute" timestamp with time zone NOT NULL,
	"address" text NOT NULL,
	"action" text NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"subject" text NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refused_access_minute_address_action_pk" PRIMARY KEY("minute","address","action")
);
--> statement-breakpoint
ALTER TABLE "api_key" ADD COLUMN "scopes" text[];--> statement-breakpoint
ALTER TABLE "api_key" ADD COLUMN "last_used_from" text;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "chain" bigint;--> statement-breakpoint
ALTER TABLE "audit" ADD COLUMN "hash" text;--> statement-breakpoint
CREATE INDEX "actor_name_names" ON "actor_name" USING gin ("names");--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_chain_unique" UNIQUE("chain");--> statement-breakpoint
INSERT INTO "actor_name" ("looks", "names", "kind", "principal") SELECT lower(regexp_replace("name", '[^[:alnum:]]', '', 'g')), array["name"], 'user', "email" FROM "auth_user" ORDER BY "created_at" ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO "actor_name" ("looks", "names", "kind", "principal") SELECT lower(regexp_replace("name" || "prefix", '[^[:alnum:]]', '', 'g')), array["name" || ' (' || "prefix" || ')'], 'apiKey', "id"::text FROM "api_key" ON CONFLICT DO NOTHING;
