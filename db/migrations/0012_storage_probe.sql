CREATE TABLE "storage_probe" (
	"node_id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
