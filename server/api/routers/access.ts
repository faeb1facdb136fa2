import { z } from 'zod';
import { listRefused, REFUSED_ORDER } from '@/db/queries/access-records';
import { AUDIT_ORDER, listAudit, recordAudit, verifyAudit } from '@/db/queries/audit';
import { listAuditSummaries, SUMMARY_ORDER } from '@/db/queries/audit-summaries';
import { readExecutor } from '@/db/queries/nodes';
import { readPlan } from '@/db/queries/runs';
import { switchEnvironmentKey } from '@/db/queries/settings';
import {
  readAskedOverrides,
  readLatePlans,
  readUnapprovedStarts,
  readWaiting,
  WAITING_ORDER,
} from '@/db/queries/waiting';
import { API_KEY_ORDER, createApiKey, listApiKeys, revokeApiKey } from '@/server/auth/api-keys';
import { actorName } from '@/server/auth/names';
import { ROLES, roleOf, SCOPES } from '@/server/auth/principal';
import {
  createShare,
  listShares,
  planOfShare,
  resolveShare,
  revokeShare,
  SHARE_ORDER,
} from '@/server/auth/shares';
import { stopExecutor } from '@/server/commands/stop-executor';
import { deciderOf } from '../approver';
import { found } from '../expected';
import { nothing, planId, requestId, requiredReason } from '../inputs';
import { limitedTo, noLimitedAdmin } from '../limits-input';
import { moment } from '../moment-input';
import { pageInput } from '../page-input';
import { mustSeeWholePlan, wholeFleet } from '../reach';
import { admin, judged, operator, router, shared, theirs, viewer, wholePlan } from '../trpc';

export const shares = router({
  create: wholePlan.operator
    .input(
      z.strictObject({
        planId,
        showNames: z.boolean().default(false),
        days: z.number().int().min(1).max(90).default(7),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      found(await readPlan(ctx.deps.db, input.planId), 'plan', input.planId);
      const { token, info } = await createShare(ctx.deps.db, { ...input, createdBy: ctx.actor });
      // A path: the browser that asked knows under which name it reached us.
      return { ...info, path: `/s/${token}` };
    }),
  list: theirs.viewer
    .input(
      z
        .strictObject({ planId: planId.optional(), ...pageInput(SHARE_ORDER, { usual: 200, most: 1000 }) })
        .prefault({}),
    )
    .query(({ ctx, input }) => listShares(ctx.deps.db, input)),
  revoke: judged.operator.input(z.strictObject({ id: z.uuid() })).mutation(async ({ ctx, input }) => {
    const of = found(await planOfShare(ctx.seen, input.id), 'valid share link', input.id);
    await mustSeeWholePlan(ctx, of);
    found(await revokeShare(ctx.deps.db, input.id, ctx.actor), 'valid share link', input.id);
    return { revoked: input.id };
  }),
});

export const status = router({
  /** What a share link shows. The token is the permission; a bad one looks like a missing one. */
  get: shared.input(z.strictObject({ token: z.string().max(200) })).query(async ({ ctx, input }) => {
    const open = await resolveShare(ctx.deps.db, input.token);
    if (open) ctx.deps.budgets.spend('link', open.id);
    return found(open && (await ctx.deps.statusPages.read(open)), 'status page', 'with this address');
  }),
});

export const executor = router({
  nodes: theirs.viewer.input(nothing).query(async ({ ctx }) => ({
    ...(await readExecutor(ctx.deps.db)),
    here: ctx.deps.executorRole(),
  })),
  /** What does not go on until somebody decides. */
  waiting: theirs.viewer
    .input(
      z
        .strictObject({
          /** Only what the one who asks can decide. */
          forMe: z.boolean().default(false),
          ...pageInput(WAITING_ORDER, { usual: 200, most: 500 }),
        })
        .prefault({}),
    )
    .query(async ({ ctx, input }) =>
      readWaiting(ctx.deps.db, { ...input, who: await deciderOf(ctx.deps.db, ctx.principal) }),
    ),
  /** Plans whose start people have to approve. */
  unapprovedStarts: theirs.viewer
    .input(nothing)
    .query(async ({ ctx }) => readUnapprovedStarts(ctx.deps.db, await deciderOf(ctx.deps.db, ctx.principal))),
  /** Plans for which somebody asked that freezes do not hold them. */
  askedOverrides: theirs.viewer
    .input(nothing)
    .query(async ({ ctx }) => readAskedOverrides(ctx.deps.db, await deciderOf(ctx.deps.db, ctx.principal))),
  /** Plans under way whose deadline passed. */
  latePlans: theirs.viewer
    .input(nothing)
    .query(async ({ ctx }) => readLatePlans(ctx.deps.db, await deciderOf(ctx.deps.db, ctx.principal))),
  /** Stops all admission in every plan; what runs goes on. */
  stop: stopping(true),
  resume: stopping(false),
});

function stopping(stop: boolean) {
  return operator
    .input(z.strictObject({ reason: requiredReason, requestId }))
    .mutation(async ({ ctx, input }) => {
      const outcome = await stopExecutor(ctx.deps.db, { ...input, stop, actor: ctx.actor });
      ctx.deps.tell('executor');
      ctx.deps.executorKick();
      return outcome;
    });
}

export const audit = router({
  list: viewer
    .input(
      z
        .strictObject({
          actor: z.string().max(200).optional(),
          action: z.string().max(100).optional(),
          target: z.string().max(200).optional(),
          from: moment.optional(),
          to: moment.optional(),
          ...pageInput(AUDIT_ORDER, { usual: 200, most: 1000 }),
        })
        .prefault({}),
    )
    .query(({ ctx, input }) => listAudit(ctx.deps.db, input)),
  /** Somebody saves what they see as a file: the console says so before it does. */
  exported: judged.viewer
    .input(
      z.strictObject({
        what: z.enum(['audit', 'failures']),
        /** The plan it is of; empty for what is of no plan. */
        of: z.string().max(64).default(''),
        format: z.enum(['csv', 'json']),
        filter: z.record(z.string().max(64), z.string().max(200)).default({}),
      }),
    )
    .mutation(async ({ ctx, input: { what, of, format, filter } }) => {
      // Of a plan that they see, and of nothing that is about the whole fleet.
      const { limitedTo: limits } = ctx.principal;
      if (limits && of === '') throw wholeFleet(limits);
      if (limits) found(await readPlan(ctx.seen, of), 'plan', of);
      await recordAudit(ctx.deps.db, {
        actor: ctx.actor,
        action: `${what}.export`,
        target: of || what,
        outcome: { format, filter },
      });
    }),
  /** Whether the log is as it was written. */
  verify: admin
    .input(
      z
        .strictObject({
          known: z
            .string()
            .regex(
              /^\d{1,15}:[0-9a-f]{64}$/,
              'must be <chain>:<hash>, as an earlier answer named its newest entry',
            )
            .optional(),
        })
        .prefault({}),
    )
    .query(async ({ ctx, input }) => {
      const { db, auditSigner } = ctx.deps;
      const [chain, hash = ''] = input.known?.split(':') ?? [];
      const known = chain === undefined ? null : { chain: Number(chain), hash };
      return { ...(await verifyAudit(db, auditSigner.check, known)), keys: auditSigner.publicKeys };
    }),
  /** What is kept of days whose entries were removed. */
  summaries: viewer
    .input(z.strictObject(pageInput(SUMMARY_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(({ ctx, input }) => listAuditSummaries(ctx.deps.db, input)),
  /** What nobody known was refused, counted by address and minute. */
  refused: admin
    .input(z.strictObject(pageInput(REFUSED_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(({ ctx, input }) => listRefused(ctx.deps.db, input)),
});

/** A key that nobody thought of ends by itself. */
const KEY_DAYS = 90;

export const apiKeys = router({
  list: admin
    .input(z.strictObject(pageInput(API_KEY_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(({ ctx, input }) => listApiKeys(ctx.deps.db, input)),
  /** The key itself is in this answer and never again. */
  create: admin
    .input(
      z
        .strictObject({
          name: actorName,
          role: z.enum(ROLES).optional(),
          scopes: z.array(z.enum(SCOPES)).min(1, 'Give at least one scope.').max(SCOPES.length).optional(),
          limitedTo,
          /** Null for a key that is valid until it is revoked. */
          expiresInDays: z.number().int().min(1).max(3650).nullable().default(KEY_DAYS),
        })
        .refine(({ role, scopes }) => (role === undefined) !== (scopes === undefined), {
          path: ['role'],
          message: 'Give a role, for all of it, or scopes.',
        })
        .refine(
          ({ role, scopes = [], limitedTo: limits }) =>
            noLimitedAdmin.fits({ role: role ?? roleOf(scopes), limitedTo: limits }),
          noLimitedAdmin.told,
        ),
    )
    .mutation(({ ctx, input }) =>
      createApiKey(ctx.deps.db, {
        name: input.name,
        role: input.role ?? roleOf(input.scopes ?? []),
        scopes: input.scopes ?? null,
        limitedTo: input.limitedTo,
        createdBy: ctx.actor,
        expiresAt: input.expiresInDays ? new Date(Date.now() + input.expiresInDays * 86_400_000) : null,
      }),
    ),
  /** Of `SWITCHYARD_API_KEY`: whether there is one, and whether it is taken. */
  environment: admin.input(nothing).query(({ ctx }) => ({ state: ctx.deps.environmentKey() })),
  /** Switches that key off on all nodes, or on again: who has their own keys needs it no more. */
  switchEnvironment: admin.input(z.strictObject({ on: z.boolean() })).mutation(async ({ ctx, input }) => {
    await switchEnvironmentKey(ctx.deps.db, ctx.actor, input.on);
    await ctx.deps.settingsChanged();
    return { state: ctx.deps.environmentKey() };
  }),
  revoke: admin.input(z.strictObject({ id: z.uuid() })).mutation(async ({ ctx, input }) => {
    found(await revokeApiKey(ctx.deps.db, input.id, ctx.actor), 'valid API key', input.id);
    return { revoked: input.id };
  }),
});
