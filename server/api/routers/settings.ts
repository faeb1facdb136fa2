import { z } from 'zod';
import type { Database } from '@/db/client';
import { readFreezes } from '@/db/queries/execution';
import {
  AUDIT_DAYS,
  FREEZE_ORDER,
  findFreeze,
  insertFreeze,
  layersFor,
  listFreezes,
  OVERRIDE_RULE,
  readAuditDays,
  readOverrideRule,
  readStartProtection,
  removeFreeze,
  START_PROTECTION,
  writeSettings,
} from '@/db/queries/settings';
import { type FreezeScope, heldUntil } from '@/domain/freeze';
import { coversAll, inWords } from '@/domain/limited-to';
import { DEFAULT_SETTINGS, effectiveSetting, type SettingKey } from '@/domain/settings';
import { atLeast, type Principal } from '@/server/auth/principal';
import { CommandRefused, InvalidInput } from '@/server/input/refused';
import { approvalRule, refuseGroupOfNobody, warningsOf } from '../approval-rule';
import { found } from '../expected';
import { freezeInput, nothing, planId, tenantId } from '../inputs';
import { pageInput } from '../page-input';
import { mustSeeTenants } from '../reach';
import { auditDays, givenSettings } from '../settings-input';
import { startProtection } from '../start-protection';
import { type ApiDeps, admin, judged, router, theirs, viewer } from '../trpc';

const KEYS = Object.keys(DEFAULT_SETTINGS) as SettingKey[];

export const settings = router({
  /** Every value that holds, where it comes from and what each layer says; for a plan or a tenant, or in general. */
  get: theirs.viewer
    .input(z.strictObject({ planId: planId.optional(), tenantId: tenantId.optional() }).default({}))
    .query(async ({ ctx, input }) => {
      const layers = { ...(await layersFor(ctx.deps.db, input)), ...ctx.deps.layers() };
      return KEYS.map((key) => ({
        key,
        ...effectiveSetting(layers, key),
        layers: {
          default: DEFAULT_SETTINGS[key],
          ...Object.fromEntries(
            Object.entries(layers).flatMap(([layer, values]) =>
              values[key] == null ? [] : [[layer, values[key]]],
            ),
          ),
        } as Record<string, string | number>,
      }));
    }),

  /** Sets values of the settings page; null takes one back. */
  set: admin.input(z.strictObject({ values: givenSettings })).mutation(async ({ ctx, input }) => {
    await writeSettings(ctx.deps.db, ctx.actor, input.values);
    await ctx.deps.settingsChanged();
    return { set: Object.keys(input.values) };
  }),

  /** Which plans people approve before they start; null where any starts as it is. */
  startProtection: theirs.viewer.input(nothing).query(({ ctx }) => readStartProtection(ctx.deps.db)),

  /** Counts for plans that are made from now on. */
  protectStart: admin
    .input(z.strictObject({ protection: startProtection.nullable() }))
    .mutation(async ({ ctx, input }) => {
      refuseGroupOfNobody(ctx.deps.signIn, input.protection, 'protection.group');
      await writeSettings(ctx.deps.db, ctx.actor, { [START_PROTECTION]: input.protection });
      return { ...input, warnings: await warningsOf(ctx.deps.db, input.protection, 'protection.needs') };
    }),

  /** How many days of the audit log are kept; null while all are. */
  auditRetention: viewer
    .input(nothing)
    .query(async ({ ctx }) => ({ days: await readAuditDays(ctx.deps.db) })),

  /** From the next night on older days are removed; what is kept of them is signed. */
  keepAudit: admin.input(z.strictObject({ days: auditDays })).mutation(async ({ ctx, input }) => {
    await writeSettings(ctx.deps.db, ctx.actor, { [AUDIT_DAYS]: input.days });
    return input;
  }),

  /** Who grants that freezes do not hold a plan; null where an administrator does, alone. */
  freezeOverride: theirs.viewer.input(nothing).query(({ ctx }) => readOverrideRule(ctx.deps.db)),

  /** Counts for overrides that are asked for from now on. */
  guardOverrides: admin
    .input(z.strictObject({ rule: approvalRule.nullable() }))
    .mutation(async ({ ctx, input }) => {
      refuseGroupOfNobody(ctx.deps.signIn, input.rule, 'rule.group');
      await writeSettings(ctx.deps.db, ctx.actor, { [OVERRIDE_RULE]: input.rule });
      return { ...input, warnings: await warningsOf(ctx.deps.db, input.rule, 'rule.needs') };
    }),
});

export const freezes = router({
  /** Freezes with until when each holds now; null when it does not. */
  list: theirs.viewer
    .input(z.strictObject(pageInput(FREEZE_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(async ({ ctx, input }) => {
      const [page, { now }] = await Promise.all([listFreezes(ctx.deps.db, input), readFreezes(ctx.deps.db)]);
      const items = page.items.map((freeze) => ({ ...freeze, heldUntil: heldUntil(freeze.window, now) }));
      return { ...page, items };
    }),
  create: judged.operator.input(freezeInput).mutation(async ({ ctx, input }) => {
    await mustBeTheirs(ctx, input);
    return insertFreeze(ctx.deps.db, ctx.actor, input);
  }),
  remove: judged.operator
    .input(z.strictObject({ freezeId: z.uuid('must be a UUID') }))
    .mutation(async ({ ctx, input }) => {
      const { freezeId } = input;
      if (ctx.principal.limitedTo)
        await mustBeTheirs(ctx, found(await findFreeze(ctx.seen, freezeId), 'freeze', freezeId));
      await mustNotGoAround(ctx);
      found(await removeFreeze(ctx.deps.db, ctx.actor, input.freezeId), 'freeze', input.freezeId);
      return { removed: input.freezeId };
    }),
});

/** Throws where people grant overrides: who takes the freeze away would need nobody. */
async function mustNotGoAround(ctx: { deps: ApiDeps; principal: Principal }): Promise<void> {
  if (atLeast(ctx.principal.role, 'admin') || (await readOverrideRule(ctx.deps.db)) === null) return;
  throw new CommandRefused({
    code: 'NOT_AN_APPROVER',
    message:
      'Overriding a freeze needs approval here, so only an administrator takes one away. Ask for an override for the plan instead.',
  });
}

/** Throws for a freeze that would hold tenants of others as well. */
async function mustBeTheirs(
  ctx: { seen: Database; principal: Pick<Principal, 'limitedTo'> },
  { tenantId: id, labels }: FreezeScope,
): Promise<void> {
  const { limitedTo } = ctx.principal;
  if (id !== null) await mustSeeTenants(ctx, [id]);
  else if (limitedTo && !coversAll(limitedTo, labels ?? {}))
    throw new InvalidInput(
      'labels',
      `labels: This freeze would hold tenants besides yours (${inWords(limitedTo)}). Name one of yours, or labels that only they have.`,
    );
}
