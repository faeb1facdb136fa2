import { z } from 'zod';
import {
  INVITE_ORDER,
  inviteMember,
  listInvites,
  listMembers,
  MEMBER_ORDER,
  mustBeOurs,
  mustHavePasswords,
  removeMember,
  setMemberRole,
} from '@/server/auth/members';
import { ROLES } from '@/server/auth/principal';
import { endSessions, makeReset } from '@/server/auth/resets';
import {
  removeSecondFactor,
  requireSecondFactor,
  secondFactorRequiredFrom,
} from '@/server/auth/second-factor';
import { nothing } from '../inputs';
import { limitedTo, newLimits, noLimitedAdmin } from '../limits-input';
import { pageInput } from '../page-input';
import { admin, router } from '../trpc';

const role = z.enum(ROLES);
const id = z.string().min(1).max(64);

export const members = router({
  list: admin
    .input(z.strictObject(pageInput(MEMBER_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(({ ctx, input }) => listMembers(ctx.deps.db, input)),
  invites: admin
    .input(z.strictObject(pageInput(INVITE_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(({ ctx, input }) => listInvites(ctx.deps.db, input)),
  /** How people come in; of whom the provider knows, it decides about role and sign-in. */
  signIn: admin.input(nothing).query(({ ctx }) => ctx.deps.signIn),
  /** The link is in this answer and never again. */
  invite: admin
    .input(
      z
        .strictObject({
          email: z
            .email('must be an e-mail address')
            .max(254)
            .transform((email) => email.toLowerCase()),
          role,
          limitedTo,
        })
        .refine(noLimitedAdmin.fits, noLimitedAdmin.told),
    )
    .mutation(async ({ ctx, input }) => {
      mustHavePasswords(ctx.deps.signIn);
      const { token, inviteId } = await inviteMember(ctx.deps.db, { ...input, actor: ctx.actor });
      return { inviteId, path: `/invite?token=${token}` };
    }),
  /** For all tenants or, with `limitedTo`, for some. A lesser role ends the sessions of its member at once. */
  setRole: admin
    .input(
      z
        .strictObject({ userId: id, role, limitedTo: newLimits })
        .refine(noLimitedAdmin.fits, noLimitedAdmin.told),
    )
    .mutation(async ({ ctx, input }) => {
      await mustBeOurs(ctx.deps.db, ctx.deps.signIn, input.userId);
      await setMemberRole(ctx.deps.db, { ...input, actor: ctx.actor });
      return input;
    }),
  /** Signs somebody out everywhere, their sockets as well. */
  endSessions: admin.input(z.strictObject({ userId: id })).mutation(async ({ ctx, input }) => ({
    ended: await endSessions(ctx.deps.db, { ...input, actor: ctx.actor }),
  })),
  /** The link, with which its owner sets a new password once, is in this answer and never again. */
  resetPassword: admin.input(z.strictObject({ userId: id })).mutation(async ({ ctx, input }) => {
    mustHavePasswords(ctx.deps.signIn);
    await mustBeOurs(ctx.deps.db, ctx.deps.signIn, input.userId);
    return { path: `/reset?token=${await makeReset(ctx.deps.db, { ...input, actor: ctx.actor })}` };
  }),
  /** The least role that a second factor is required of; null when of nobody. */
  secondFactor: admin
    .input(z.strictObject({}).prefault({}))
    .query(async ({ ctx }) => ({ requiredFrom: await secondFactorRequiredFrom(ctx.deps.db) })),
  /** It counts at once; API keys are not concerned. */
  requireSecondFactor: admin
    .input(z.strictObject({ requiredFrom: role.nullable() }))
    .mutation(async ({ ctx, input }) => {
      await requireSecondFactor(ctx.deps.db, input.requiredFrom, ctx.principal);
      return input;
    }),
  /** For somebody who lost theirs: they are signed out everywhere, and come in with their password. */
  removeSecondFactor: admin.input(z.strictObject({ userId: id })).mutation(async ({ ctx, input }) => {
    await removeSecondFactor(ctx.deps.db, { ...input, actor: ctx.actor });
    return input;
  }),
  /** An account with its sessions, or an invite. */
  remove: admin
    .input(
      z
        .strictObject({ userId: id.optional(), inviteId: id.optional() })
        .refine(
          (value) => (value.userId === undefined) !== (value.inviteId === undefined),
          'Give userId or inviteId.',
        ),
    )
    .mutation(async ({ ctx, input }) => {
      await removeMember(ctx.deps.db, { ...input, actor: ctx.actor });
      return { removed: input.userId ?? input.inviteId ?? '' };
    }),
});
