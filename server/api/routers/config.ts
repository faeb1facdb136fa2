import { z } from 'zod';
import { CONFIG_KINDS, PRUNED_KINDS } from '@/domain/config-changes';
import { applyConfig, refuseOthers, toldConfig } from '../config/apply-config';
import { compareConfig } from '../config/compare-config';
import { documentSchema } from '../config/config-schema';
import { commandsFor } from '../config/difference';
import { exportConfig, positionIn } from '../config/export-config';
import { oneAtATime } from '../config/one-at-a-time';
import { reason } from '../inputs';
import { plainJson } from '../plain-json';
import { admin, router } from '../trpc';

/** As many as are checked and compared in a second or two. */
const MOST_DOCUMENTS = 2000;

const wanted = {
  /** Checked by the procedure, a few at a time. */
  documents: z
    .array(z.unknown().meta(documentSchema('#/components/schemas/Playbook')))
    .max(MOST_DOCUMENTS, `At most ${MOST_DOCUMENTS} documents at once.`),
  /** Of these kinds goes what no document names. */
  prune: z.array(z.enum(PRUNED_KINDS)).max(PRUNED_KINDS.length).default([]),
};

export const config = router({
  /** What there is of one kind, as documents. */
  export: admin
    .input(
      z
        .strictObject({
          kind: z.enum(CONFIG_KINDS),
          cursor: z.string().max(1000).nullish(),
          limit: z.number().int().min(1).max(500).default(50),
        })
        .transform(({ cursor: text, ...rest }, context) => {
          const cursor = text ? positionIn(rest.kind, text) : null;
          if (!text || cursor) return { ...rest, cursor };
          context.addIssue({
            ...{ code: 'custom', path: ['cursor'] },
            message: 'is not the `next` of a page of this list',
          });
          return z.NEVER;
        }),
    )
    .query(async ({ ctx, input: { kind, ...asked } }) =>
      plainJson(await exportConfig(ctx.deps, kind, asked)),
    ),

  /** What would be changed; a mutation only because documents may be many. */
  diff: admin
    .input(z.strictObject(wanted))
    .mutation(async ({ ctx, input }) => plainJson(await toldConfig(await compareConfig(ctx.deps, input)))),

  /** Makes what there is as the documents say. */
  save: admin
    .input(
      z.strictObject({
        ...wanted,
        /** What the comparison answered: when the changes are others by now, nothing is done. */
        expected: z.record(z.string().max(300), z.string().max(64)).optional(),
        reason,
      }),
    )
    .mutation(({ ctx, input: { expected, reason: why, ...input } }) =>
      oneAtATime(ctx.deps.db, async () => {
        const compared = await compareConfig(ctx.deps, input);
        refuseOthers(compared, expected);
        return applyConfig(ctx.deps, commandsFor(ctx), compared, { actor: ctx.actor, reason: why });
      }),
    ),
});
