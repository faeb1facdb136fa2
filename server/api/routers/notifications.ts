import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { recordAudit } from '@/db/queries/audit';
import { InvalidInput } from '@/server/input/refused';
import { emailOf } from '@/server/notifications/email-message';
import { NO_MAIL_SERVER } from '@/server/notifications/email-sender';
import { examples, testMessage } from '@/server/notifications/example';
import type { Message } from '@/server/notifications/message';
import { formatOf, PRESETS } from '@/server/notifications/presets';
import { mailtoOf } from '@/server/notifications/webhook-address';
import {
  createWebhook,
  DELIVERY_ORDER,
  findWebhook,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  updateWebhook,
  WEBHOOK_ORDER,
  type WebhookInfo,
} from '@/server/notifications/webhooks';
import { found } from '../expected';
import { nothing } from '../inputs';
import { exampleOf, FORMAT_NAMES } from '../message-format';
import { createInput, misplaced, previewInput, updateInput, webhookId } from '../notification-inputs';
import { pageInput } from '../page-input';
import { type ApiDeps, admin, router } from '../trpc';

export const notifications = router({
  list: admin
    .input(z.strictObject(pageInput(WEBHOOK_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(async ({ ctx, input }) => {
      const page = await listWebhooks(ctx.deps.db, ctx.deps.secretBox, input);
      return {
        ...page,
        items: page.items.map((one) => ({ ...one, warning: warningFor(ctx.deps, one) })),
      };
    }),

  /** What messages may be written by, what they may name, and whether e-mail can be sent. */
  formats: admin
    .input(nothing)
    .query(({ ctx }) => ({ presets: PRESETS, names: FORMAT_NAMES, mailFrom: ctx.deps.mailFrom })),

  /** How messages would be written: of one event, and of many together. Nothing is stored or sent. */
  preview: admin.input(previewInput).query(({ ctx, input }) => {
    const shown = (message: Message) => {
      if (input.kind === 'email') {
        const { subject, text } = emailOf(message, ctx.deps.publicUrl);
        return { subject, body: text, query: '' };
      }
      const { body, query } = exampleOf(formatOf({ ...input, own: input.own ?? null }), message);
      return { subject: null, body, query };
    };
    const { one, many } = examples(ctx.deps.publicUrl);
    return { one: shown(one), many: shown(many) };
  }),

  /** The signing secret that was made is in this answer and never again. */
  create: admin
    .input(createInput)
    .mutation(async ({ ctx, input: { recipients, url = '', own, ...input } }) => {
      const { db, secretBox } = ctx.deps;
      const made = await createWebhook(db, secretBox, {
        ...input,
        url: recipients ? mailtoOf(recipients) : url,
        own: own ?? null,
        createdBy: ctx.actor,
      });
      await noted(ctx, 'notifications.create', made.webhook);
      return { ...made, warning: warningFor(ctx.deps, made.webhook) };
    }),

  update: admin
    .input(updateInput)
    .mutation(async ({ ctx, input: { webhookId: id, recipients, url, format, own, ...change } }) => {
      const { db, secretBox } = ctx.deps;
      const { kind } = found(await findWebhook(db, id), 'notification', id);
      const [wrong] = misplaced(kind, { url, own, recipients, secret: change.secret });
      if (wrong) throw new InvalidInput(wrong.path, `${wrong.path}: ${wrong.message}`);
      const webhook = found(
        await updateWebhook(db, secretBox, id, {
          ...change,
          url: recipients ? mailtoOf(recipients) : url,
          // They go together: a preset has nothing of one's own.
          ...(format && { format, own: own ?? null }),
        }),
        'notification',
        id,
      );
      await noted(ctx, 'notifications.update', webhook);
      return { webhook, warning: warningFor(ctx.deps, webhook) };
    }),

  remove: admin.input(z.strictObject({ webhookId })).mutation(async ({ ctx, input }) => {
    const webhook = found(
      await removeWebhook(ctx.deps.db, ctx.deps.secretBox, input.webhookId),
      'notification',
      input.webhookId,
    );
    await noted(ctx, 'notifications.remove', webhook);
    return { removed: input.webhookId };
  }),

  deliveries: admin
    .input(
      z
        .strictObject({
          webhookId: webhookId.optional(),
          ...pageInput(DELIVERY_ORDER, { usual: 100, most: 1000 }),
        })
        .prefault({}),
    )
    .query(({ ctx, input }) => listDeliveries(ctx.deps.db, input)),

  /** Sends an example now, once, and tells what came of it. */
  test: admin.input(z.strictObject({ webhookId })).mutation(async ({ ctx, input }) => {
    const webhook = found(await findWebhook(ctx.deps.db, input.webhookId), 'notification', input.webhookId);
    const message = testMessage(ctx.deps.publicUrl, { actor: ctx.actor, now: new Date() });
    return ctx.deps.notify(webhook, { deliveryId: randomUUID(), message });
  }),
});

/** Why nothing will arrive there, if that is known already. */
function warningFor(deps: ApiDeps, { kind, url }: WebhookInfo): string | null {
  if (kind === 'email') return deps.mailFrom === null ? NO_MAIL_SERVER : null;
  return deps.checkTarget(new URL(url))?.message ?? null;
}

/** The address stays out of the audit log: those of chat systems are secrets, and recipients are people. */
function noted(ctx: { deps: ApiDeps; actor: string }, action: string, one: WebhookInfo) {
  const outcome = { name: one.name, topics: one.topics, enabled: one.enabled };
  return recordAudit(ctx.deps.db, { actor: ctx.actor, action, target: one.webhookId, outcome });
}
