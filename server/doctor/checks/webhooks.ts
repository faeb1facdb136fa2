import { enabledWebhooks } from '@/db/queries/inspection';
import { openAddress, shownAddress } from '@/server/notifications/webhook-address';
import { keptSecretKeys } from '@/server/security/secret-key';
import { createSecretBox, type SecretBox } from '@/server/security/secrets';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { type DatabaseCheck, reasonOf } from '../check';
import { type Finding, fail, ok } from '../finding';
import { placeOf, reach } from '../reach';

/** Whether notifications can leave: nothing is sent. */
export const webhooks: DatabaseCheck = {
  name: 'webhooks',
  look: async ({ db }, { env, resolve }, signal) => {
    const kept = await keptSecretKeys(env);
    const enabled = await enabledWebhooks(db);
    if (!kept || enabled.length === 0) return [];
    const box = createSecretBox(kept);
    const guard = createTargetDispatcher({ allow: env.targetAllow, resolve });
    try {
      return await Promise.all(enabled.map((webhook) => lookAt(webhook)));
    } finally {
      await guard.destroy();
    }

    async function lookAt(webhook: { webhookId: string; name: string; url: string }): Promise<Finding> {
      const address = addressOf(box, webhook);
      if ('problem' in address) return webhookFound(webhook.name, 'its address', address.problem);
      const reached = await reach(placeOf(address.url), guard, signal);
      return webhookFound(webhook.name, shownAddress(address.url.href), reached?.detail ?? null);
    }
  },
};

function addressOf(
  box: SecretBox,
  webhook: { webhookId: string; url: string },
): { url: URL } | { problem: string } {
  try {
    return { url: new URL(openAddress(box, webhook)) };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

function webhookFound(name: string, shown: string, problem: string | null): Finding {
  if (problem === null) return ok(`"${name}" can be reached at ${shown}`);
  return fail(
    `"${name}" cannot be reached at ${shown}: ${problem}`,
    'Its notifications do not arrive',
    'Correct that, or switch the webhook off',
  );
}
