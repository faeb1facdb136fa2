import { z } from 'zod';
import { readFreezes } from '@/db/queries/execution';
import {
  FREEZE_ORDER,
  insertFreeze,
  layersFor,
  listFreezes,
  readStartProtection,
  removeFreeze,
  START_PROTECTION,
  writeSettings,
} from '@/db/queries/settings';
import { heldUntil } from '@/domain/freeze';
import { DEFAULT_SETTINGS, effectiveSetting, type SettingKey } from '@/domain/settings';
import { found } from '../expected';
import { freezeInput, nothing, planId, tenantId } from '../inputs';
import { pageInput } from '../page-input';
import { givenSettings } from '../settings-input';
import { startProtection } from '../start-protection';
import { admin, operator, router, viewer } from '../trpc';

const KEYS = Object.keys(DEFAULT_SETTINGS) as SettingKey[];

export const settings = router({
  /** Every value that holds, where it comes from and what each layer says; for a plan or a tenant, or in general. */
  get: viewer
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
  startProtection: viewer.input(nothing).query(({ ctx }) => readStartProtection(ctx.deps.db)),

  /** Counts for plans that are made from now on. */
  protectStart: admin
    .input(z.strictObject({ protection: startProtection.nullable() }))
    .mutation(async ({ ctx, input }) => {
      await writeSettings(ctx.deps.db, ctx.actor, { [START_PROTECTION]: input.protection });
      return input;
    }),
});

export const freezes = router({
  /** Freezes with until when each holds now; null when it does not. */
  list: viewer
    .input(z.strictObject(pageInput(FREEZE_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(async ({ ctx, input }) => {
      const [page, { now }] = await Promise.all([listFreezes(ctx.deps.db, input), readFreezes(ctx.deps.db)]);
      const items = page.items.map((freeze) => ({ ...freeze, heldUntil: heldUntil(freeze.window, now) }));
      return { ...page, items };
    }),
  create: operator
    .input(freezeInput)
    .mutation(({ ctx, input }) => insertFreeze(ctx.deps.db, ctx.actor, input)),
  remove: operator
    .input(z.strictObject({ freezeId: z.uuid('must be a UUID') }))
    .mutation(async ({ ctx, input }) => {
      found(await removeFreeze(ctx.deps.db, ctx.actor, input.freezeId), 'freeze', input.freezeId);
      return { removed: input.freezeId };
    }),
});
