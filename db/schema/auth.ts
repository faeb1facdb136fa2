import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { LabelSet } from '@/domain/limited-to';
import { at, createdAt, large, updatedAt } from './columns';

/** People who may sign in. `role` is set by administrators only, never by the account itself. */
export const authUser = pgTable(
  'auth_user',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    email: text().notNull().unique(),
    emailVerified: boolean('email_verified').notNull().default(false),
    image: text(),
    role: text({ enum: ['viewer', 'operator', 'admin'] })
      .notNull()
      .default('viewer'),
    /** Which tenants their role is about: those with one of these sets of labels; null for all. */
    limitedTo: jsonb('limited_to').$type<LabelSet[]>(),
    /** The groups they are in at the provider, as it said when it was last asked; approvals may name one. */
    groups: text().array(),
    /** Whether they confirmed a second factor; without one, what is in {@link authTwoFactor} opens nothing. */
    twoFactorEnabled: boolean('two_factor_enabled').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    check('auth_user_role', sql`${t.role} IN ('viewer', 'operator', 'admin')`),
    check('auth_user_email_lower', sql`${t.email} = lower(${t.email})`),
    check('auth_user_limited', sql`${t.limitedTo} IS NULL OR ${t.role} <> 'admin'`),
  ],
);

/**
 * Whom a name in the records stands for, for good: a name, and whatever looks like it, belongs to whoever had it first.
 * People are known by their address, keys by their id; both outlast the account and the key.
 */
export const actorName = pgTable(
  'actor_name',
  {
    /** The same for all names that look alike. */
    looks: text().primaryKey(),
    /** As they were written, all of the same owner. */
    names: text().array().notNull(),
    kind: text({ enum: ['user', 'apiKey'] }).notNull(),
    principal: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    check('actor_name_kind', sql`${t.kind} IN ('user', 'apiKey')`),
    index('actor_name_names').using('gin', t.names),
  ],
);

/** What nobody known was refused, counted by address, kind and minute: anybody can make as much of it as they like. */
export const refusedAccess = pgTable(
  'refused_access',
  {
    minute: at('minute').notNull(),
    address: text().notNull(),
    action: text().notNull(),
    count: integer().notNull().default(1),
    /** What was given last, such as the address of an account. */
    subject: text().notNull(),
    lastAt: at('last_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.minute, t.address, t.action] })],
);

/** Signed-in browsers. Deleting a row signs that browser out at its next request. */
export const authSession = pgTable(
  'auth_session',
  {
    id: text().primaryKey(),
    token: text().notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => authUser.id, { onDelete: 'cascade' }),
    expiresAt: at('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    /** The passkey it began with, which showed two factors; null for other sessions, and when the passkey was removed. */
    passkeyId: text('passkey_id').references((): AnyPgColumn => authPasskey.id, { onDelete: 'set null' }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('auth_session_user').on(t.userId)],
);

/** Passkeys of people. What signs stays in their authenticator; here is what a signature is verified with. */
export const authPasskey = pgTable(
  'auth_passkey',
  {
    id: text().primaryKey(),
    name: text(),
    userId: text('user_id')
      .notNull()
      .references(() => authUser.id, { onDelete: 'cascade' }),
    publicKey: text('public_key').notNull(),
    /** Of one person alone, since it says who signs in. */
    credentialId: text('credential_id').notNull().unique(),
    /** How often it signed, where the authenticator counts: a lower number is a copy. */
    counter: large('counter').notNull(),
    deviceType: text('device_type').notNull(),
    backedUp: boolean('backed_up').notNull(),
    transports: text(),
    aaguid: text(),
    createdAt: createdAt(),
    lastUsedAt: at('last_used_at'),
  },
  (t) => [index('auth_passkey_user').on(t.userId)],
);

/** Sessions that began by single sign-on, and what the provider is asked again with; those without a row began with a password. */
export const authOidcSession = pgTable('auth_oidc_session', {
  sessionId: text('session_id')
    .primaryKey()
    .references(() => authSession.id, { onDelete: 'cascade' }),
  /** Who it is at the provider. */
  subject: text().notNull(),
  /** The refresh token, if there is one, and the ID token, sealed with the session's id. */
  sealed: text().notNull(),
  /** When the provider last said that they may be here. */
  confirmedAt: at('confirmed_at').notNull().defaultNow(),
  /** When it is asked again. */
  nextCheckAt: at('next_check_at').notNull(),
});

/** How a person proves who they are; here the password hash. The other columns belong to the library's model. */
export const authAccount = pgTable(
  'auth_account',
  {
    id: text().primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => authUser.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: at('access_token_expires_at'),
    refreshTokenExpiresAt: at('refresh_token_expires_at'),
    scope: text(),
    password: text(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    index('auth_account_user').on(t.userId),
    unique('auth_account_provider').on(t.providerId, t.accountId),
  ],
);

/** What codes of a second factor are made from, and the backup codes that are left, both sealed by the library. */
export const authTwoFactor = pgTable('auth_two_factor', {
  id: text().primaryKey(),
  userId: text('user_id')
    .notNull()
    .unique()
    .references(() => authUser.id, { onDelete: 'cascade' }),
  secret: text().notNull(),
  backupCodes: text('backup_codes').notNull(),
  /** Not before its first code was given. */
  verified: boolean().notNull().default(true),
  /** Wrong codes in a row, and until when none is looked at because of them. */
  failedVerificationCount: integer('failed_verification_count').notNull().default(0),
  lockedUntil: at('locked_until'),
});

/** One-time values: those the sign-in library stores for itself, and invites (`invite:` and the hash of their link). */
export const authVerification = pgTable(
  'auth_verification',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: at('expires_at').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index('auth_verification_identifier').on(t.identifier)],
);

/** Sign-in attempts per address, counted here so that all nodes share the limit. */
export const authRateLimit = pgTable('auth_rate_limit', {
  id: text().primaryKey(),
  key: text().notNull().unique(),
  count: integer().notNull(),
  lastRequest: large('last_request').notNull(),
});

/** Keys for automation. Only the hash is kept; the prefix lets a person recognise a key. */
export const apiKey = pgTable(
  'api_key',
  {
    id: uuid().primaryKey().defaultRandom(),
    hash: text().notNull().unique(),
    prefix: text().notNull(),
    name: text().notNull(),
    role: text({ enum: ['viewer', 'operator', 'admin'] }).notNull(),
    /** What of its role it may do; null for all of it. */
    scopes: text({ enum: ['read', 'plans:run', 'tenants:write', 'admin'] }).array(),
    /** Which tenants it is for: those with one of these sets of labels; null for all. */
    limitedTo: jsonb('limited_to').$type<LabelSet[]>(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    expiresAt: at('expires_at'),
    revokedAt: at('revoked_at'),
    lastUsedAt: at('last_used_at'),
    lastUsedFrom: text('last_used_from'),
  },
  (t) => [
    check('api_key_role', sql`${t.role} IN ('viewer', 'operator', 'admin')`),
    check('api_key_limited', sql`${t.limitedTo} IS NULL OR ${t.role} <> 'admin'`),
  ],
);

/** Links that make the first administrator. At most one row can ever be claimed, whichever link was used. */
export const setupToken = pgTable(
  'setup_token',
  {
    hash: text().primaryKey(),
    createdAt: createdAt(),
    expiresAt: at('expires_at').notNull(),
    claimedAt: at('claimed_at'),
  },
  (t) => [uniqueIndex('setup_token_claimed_once').on(sql`(true)`).where(sql`${t.claimedAt} IS NOT NULL`)],
);

/** Public links to one plan's status page. */
export const share = pgTable(
  'share',
  {
    id: uuid().primaryKey().defaultRandom(),
    planId: text('plan_id').notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
    expiresAt: at('expires_at').notNull().default(sql`now() + interval '7 days'`),
    revokedAt: at('revoked_at'),
    viewCount: integer('view_count').notNull().default(0),
    showNames: boolean('show_names').notNull().default(false),
  },
  (t) => [index('share_plan').on(t.planId)],
);

/** Secret tenant variables, sealed with the row's id; a new value is a new version, so a snapshot keeps its own. */
export const secret = pgTable(
  'secret',
  {
    id: uuid().primaryKey(),
    tenantId: text('tenant_id').notNull(),
    name: text().notNull(),
    version: integer().notNull(),
    ciphertext: text().notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique('secret_name_version').on(t.tenantId, t.name, t.version)],
);
