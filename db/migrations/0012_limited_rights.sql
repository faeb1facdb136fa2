ALTER TABLE "api_key" ADD COLUMN "limited_to" jsonb;--> statement-breakpoint
ALTER TABLE "auth_user" ADD COLUMN "limited_to" jsonb;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_limited" CHECK ("api_key"."limited_to" IS NULL OR "api_key"."role" <> 'admin');--> statement-breakpoint
ALTER TABLE "auth_user" ADD CONSTRAINT "auth_user_limited" CHECK ("auth_user"."limited_to" IS NULL OR "auth_user"."role" <> 'admin');