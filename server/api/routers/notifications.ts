import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { recordAudit } from '@/db/queries/audit';
import { TOPICS } from '@/domain/view/news';
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
import { readable } from '../inputs';
import { pageInput } from '../page-input';
import { type ApiDeps, admin, router } from '../trpc';

const webhookId = z.uuid('is not the id of a webhook');
const name = readable(z.string().trim().min(1, 'Give the webhook a name.').max(80));
const url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2048)
  .refine((value) => !/^https?:\/\/[^/]*@/.test(value), 'must not hold a user name or password');
const topics = z.array(z.enum(TOPICS)).min(1, 'Choose at least one topic.').max(TOPICS.length);
const format = z.enum(['json', 'slack']);

export const notifications = router({
  list: admin
    .input(z.strictObject(pageInput(WEBHOOK_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(async ({ ctx, input }) => {
      const page = await listWebhooks(ctx.deps.db, ctx.deps.secretBox, input);
      return {
        ...page,
        items: page.items.map((one) => ({ ...one, warning: warningFor(ctx.deps, one.url) })),
      };
    }),

  /** The signing secret is in this answer and never again. */
  create: admin
    .input(
      z.strictObject({
        name,
        url,
        topics,
        format: format.default('json'),
        enabled: z.boolean().default(true),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { db, secretBox } = ctx.deps;
      const made = await createWebhook(db, secretBox, { ...input, createdBy: ctx.actor });
      await noted(ctx, 'notifications.create', made.webhook);
      return { ...made, warning: warningFor(ctx.deps, input.url) };
    }),

  update: admin
    .input(
      z.strictObject({
        webhookId,
        name: name.optional(),
        url: url.optional(),
        topics: topics.optional(),
        format: format.optional(),
        enabled: z.boolean().optional(),
      }),
    )
    .mutation(async ({ ctx, input: { webhookId: id, ...change } }) => {
      const webhook = found(await updateWebhook(ctx.deps.db, ctx.deps.secretBox, id, change), 'webhook', id);
      await noted(ctx, 'notifications.update', webhook);
      return { webhook, warning: warningFor(ctx.deps, webhook.url) };
    }),

  remove: admin.input(z.strictObject({ webhookId })).mutation(async ({ ctx, input }) => {
    const webhook = found(
      await removeWebhook(ctx.deps.db, ctx.deps.secretBox, input.webhookId),
      'webhook',
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
    const webhook = found(await findWebhook(ctx.deps.db, input.webhookId), 'webhook', input.webhookId);
    return ctx.deps.notify(webhook, {
      deliveryId: randomUUID(),
      topic: 'planFinished',
      facts: {
        eventId: 'PLN-0:1',
        kind: 'PlanCompleted',
        status: 'COMPLETED',
        at: new Date().toISOString(),
        actor: ctx.actor,
        planId: 'PLN-0',
        planName: 'A test of this webhook',
        unitName: 'none',
        version: 'none',
        taskId: null,
        tenantId: null,
        details: { completed: 0 },
      },
    });
  }),
});

/** Why nothing will arrive there, if that is known already. */
function warningFor(deps: ApiDeps, address: string): string | null {
  return deps.checkTarget(new URL(address))?.message ?? null;
}

/** The address stays out of the audit log: those of chat systems are secrets. */
function noted(ctx: { deps: ApiDeps; actor: string }, action: string, one: WebhookInfo) {
  const outcome = { name: one.name, topics: one.topics, enabled: one.enabled };
  return recordAudit(ctx.deps.db, { actor: ctx.actor, action, target: one.webhookId, outcome });
}
