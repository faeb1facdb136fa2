import { initTRPC, TRPCError } from '@trpc/server';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { isPassing, metLock } from '@/db/connection-loss';
import type { LimitedDatabases } from '@/db/limited';
import { recordAudit } from '@/db/queries/audit';
import type { AttemptResult, webhook } from '@/db/schema/notify';
import { effectiveSetting } from '@/domain/settings';
import type { Principal, Role, Scope, SignInWays } from '@/server/auth/principal';
import { atLeast, mayUse } from '@/server/auth/principal';
import type { PlanLanes } from '@/server/commands/plan-lanes';
import type { CommandDeps } from '@/server/commands/task-commands';
import type { ExecutorRole } from '@/server/executor/standing';
import type { FleetDeps } from '@/server/fleet/ask-fleet';
import { eachValue } from '@/server/input/each-value';
import { CommandRefused, InvalidInput, NotFound } from '@/server/input/refused';
import type { Sending } from '@/server/notifications/sender';
import type { Snapshots } from '@/server/realtime/snapshots';
import type { StatusPages } from '@/server/realtime/status-pages';
import type { AuditSigner } from '@/server/security/audit-signer';
import { BudgetSpent, type Budgets } from '@/server/security/budgets';
import type { SecretBox } from '@/server/security/secrets';
import { transformer } from './plain-json';
import { type Reach, withinReach } from './reach';
import { bindRequestId } from './request-binding';
import { toldError } from './told-error';

/** What procedures may use; made once by the composition root. */
export interface ApiDeps extends CommandDeps, FleetDeps {
  db: Database;
  /** As people see it whose rights end at some tenants. */
  limited: Pick<LimitedDatabases, 'of'>;
  snapshots: Pick<Snapshots, 'read'>;
  statusPages: Pick<StatusPages, 'read'>;
  budgets: Pick<Budgets, 'spend'>;
  /** For what writes to a plan's rows beside the committer. */
  lanes: Pick<PlanLanes, 'run'>;
  secretBox: SecretBox;
  auditSigner: AuditSigner;
  log: Logger;
  executorRole(): ExecutorRole;
  /** There may be something to do that no event tells of. */
  executorKick(): void;
  /** Something that concerns every plan changed: browsers that show it read it again. */
  tell(what: 'executor'): void;
  /** The settings page was changed: what it says is to be read again. */
  settingsChanged(): Promise<void>;
  /** The address people use, for links that leave the console. */
  publicUrl: URL;
  /** How people come in. */
  signIn: SignInWays;
  /** Of the key that the environment may give: whether there is one, and whether it is taken. */
  environmentKey(): 'none' | 'on' | 'off';
  /** Told of every refused command, for metrics. */
  commandRefused(reason: string): void;
  /** Why this address is not called, if that can be told without trying. */
  checkTarget(url: URL): Error | null;
  /** Whom e-mail is from; null when no mail server is set up. */
  mailFrom: string | null;
  /** Sends one notification once, beside the queue. */
  notify(to: typeof webhook.$inferSelect, sending: Sending): Promise<AttemptResult>;
}

export interface ApiContext {
  deps: ApiDeps;
  principal: Principal | null;
}

interface ProcedureMeta {
  role: Role | 'public';
  scope?: Scope;
  /** What it is to people whose rights end at some tenants. */
  reach?: Reach;
}

const t = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer,
    errorFormatter: ({ shape, error }) => {
      const { message, ...told } = toldError(error);
      return {
        ...shape,
        message,
        data: {
          code: shape.data.code,
          httpStatus: shape.data.httpStatus,
          ...(shape.data.path ? { path: shape.data.path } : {}),
          ...told,
        },
      };
    },
  });

export const { router, middleware, createCallerFactory } = t;

/** Turns what commands throw into answers, once. Anything unexpected is logged and answered without its details. */
const mapErrors = t.middleware(async ({ next, ctx, path, type, getRawInput }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  // Also of a read: who asks for what they may not see is to be found.
  if (ctx.principal && (type === 'mutation' || result.error.code === 'FORBIDDEN'))
    await recordRefusal(ctx.deps, ctx.principal.name, path, result.error, await getRawInput());
  if (cause instanceof CommandRefused) {
    ctx.deps.commandRefused(cause.rejection.code);
    throw new TRPCError({ code: 'CONFLICT', message: cause.message, cause });
  }
  if (cause instanceof BudgetSpent)
    throw new TRPCError({ code: 'TOO_MANY_REQUESTS', message: cause.message, cause });
  if (cause instanceof NotFound) throw new TRPCError({ code: 'NOT_FOUND', message: cause.message, cause });
  if (cause instanceof InvalidInput)
    throw new TRPCError({ code: 'BAD_REQUEST', message: cause.message, cause });
  if (isPassing(cause)) {
    const why = metLock(cause)
      ? 'Somebody holds a lock on it in the database (pg_stat_activity tells who)'
      : 'The database took too long';
    throw new TRPCError({
      code: 'SERVICE_UNAVAILABLE',
      message: `${why}, so nothing was changed. Try again.`,
      cause,
    });
  }
  if (result.error.code === 'INTERNAL_SERVER_ERROR')
    ctx.deps.log.error({ err: cause ?? result.error, path }, 'A request failed');
  return result;
});

/** The words of the audit log for what a router is about. */
const SUBJECTS: Record<string, string> = {
  plans: 'plan',
  tasks: 'task',
  tenants: 'tenant',
  versions: 'version',
  playbooks: 'playbook',
  shares: 'share',
  apiKeys: 'apiKey',
  members: 'member',
  freezes: 'freeze',
};
/** What of an input says whom it is about, the first that is there. */
const TARGETS = [
  'taskId',
  'planId',
  'tenantId',
  'playbookId',
  'version',
  'freezeId',
  'importId',
  'userId',
  'email',
  'id',
];

/** Who was refused what, and why: a command that changed nothing is on record as well. */
async function recordRefusal(deps: ApiDeps, actor: string, path: string, error: TRPCError, input: unknown) {
  const { cause } = error;
  const refused = cause instanceof CommandRefused ? cause.rejection : null;
  if (!refused && error.code !== 'FORBIDDEN') return;
  const [name = '', verb = ''] = path.split('.');
  const given = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const told = (key: string) => {
    const value = given[key];
    return typeof value === 'string' && !isUnstorable(value) ? value.slice(0, 200) : undefined;
  };
  const subject = SUBJECTS[name] ?? name;
  await recordAudit(deps.db, {
    actor,
    action: `${subject}.${verb}.refused`,
    target: TARGETS.map(told).find((one) => one !== undefined) ?? subject,
    reason: told('reason')?.slice(0, 280) ?? null,
    outcome: { code: refused?.code ?? 'FORBIDDEN', message: error.message },
  });
}

/** No table can keep these: PostgreSQL refuses them wherever they turn up. */
const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed();
/** Names that JavaScript gives a meaning of their own: code that reads what was stored would trip over them. */
const TAKEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_DEPTH = 50;

/** Refuses text that could not be stored, before anything else looks at it. */
const storable = t.middleware(async ({ next, getRawInput }) => {
  await eachValue(await getRawInput(), refuseUnstorable);
  return next();
});

/** `path` is where the value stands; it is put into words only for what is refused, as there may be very many values. */
function refuseUnstorable(value: unknown, path: readonly string[]): void {
  const key = path.at(-1);
  if (path.length > MAX_DEPTH)
    throw new InvalidInput(path[0] ?? 'input', `${path[0]}: is nested too deeply.`);
  if (key !== undefined && isUnstorable(key)) {
    const above = path.slice(0, -1).join('.') || 'input';
    throw new InvalidInput(above, `${above}: has a name with a character that cannot be stored.`);
  }
  const field = () => path.join('.') || 'input';
  if (key !== undefined && TAKEN_NAMES.has(key))
    throw new InvalidInput(field(), `${field()}: this name cannot be used.`);
  if (typeof value === 'string' && isUnstorable(value))
    throw new InvalidInput(
      field(),
      `${field()}: contains a character that cannot be stored (NUL, or half of one).`,
    );
}

function withRole(role: Role, scope: Scope, reach?: Reach) {
  return t.procedure
    .meta({ role, scope, ...(reach && { reach }) })
    .use(mapErrors)
    .use(({ ctx, next }) => {
      const { principal } = ctx;
      if (!principal) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in, or send an API key.' });
      if (!atLeast(principal.role, role)) {
        throw new TRPCError({
          code: 'FORBIDDEN',
          message: `This needs the role ${role}; yours is ${principal.role}.`,
        });
      }
      if (!mayUse(principal, scope)) {
        throw new TRPCError({
          code: 'FORBIDDEN',
          message: `This needs a key with the scope ${scope}; this one has ${principal.scopes?.join(', ')}.`,
        });
      }
      return next({ ctx: { ...ctx, principal, actor: principal.name } });
    })
    .use(storable)
    .use(async ({ ctx, next, type, getRawInput }) => {
      const { deps, seen } = await withinReach(
        ctx.deps,
        ctx.principal,
        { reach, type },
        ctx.principal.limitedTo && (await getRawInput()),
      );
      return next({ ctx: { ...ctx, deps, seen } });
    })
    .use(bound);
}

/** A command is what it was first sent as. */
const bound = t.middleware(async ({ ctx, next, type, path, getRawInput }) => {
  if (type === 'mutation' && ctx.principal)
    await bindRequestId(ctx.deps, ctx.principal, path, await getRawInput());
  return next();
});

/** A procedure is: a role, a zod input, one call. */
export const viewer = withRole('viewer', 'read');
export const operator = withRole('operator', 'plans:run');
/** Operators as well, for what says which tenants there are and what they get. */
export const editor = withRole('operator', 'tenants:write');
export const admin = withRole('admin', 'admin');
/** For people whose rights end at some tenants as well: see {@link Reach}. Those above are for the whole fleet alone. */
export const theirs = {
  viewer: withRole('viewer', 'read', 'theirs'),
  operator: withRole('operator', 'plans:run', 'theirs'),
  editor: withRole('operator', 'tenants:write', 'theirs'),
};
export const wholePlan = {
  viewer: withRole('viewer', 'read', 'wholePlan'),
  operator: withRole('operator', 'plans:run', 'wholePlan'),
};
export const judged = {
  viewer: withRole('viewer', 'read', 'judged'),
  operator: withRole('operator', 'plans:run', 'judged'),
  editor: withRole('operator', 'tenants:write', 'judged'),
};
/** For share links only: the token in the input is the permission. */
export const shared = t.procedure.meta({ role: 'public' }).use(mapErrors).use(storable);

/** The retry limit of plans that set none. */
export const baseMaxRetry = (deps: ApiDeps): number => effectiveSetting(deps.layers(), 'maxRetry').value;
