CREATE TABLE "auth_oidc_session" (
	"session_id" text PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"sealed" text NOT NULL,
	"confirmed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_check_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "auth_oidc_session" ADD CONSTRAINT "auth_oidc_session_session_id_auth_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."auth_session"("id") ON DELETE cascade ON UPDATE no action;