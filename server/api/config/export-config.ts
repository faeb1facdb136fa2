import { listPlaybooks, listTenants, PLAYBOOK_ORDER, TENANT_ORDERS } from '@/db/queries/catalogue';
import { ALL_VERSIONS_ORDER, listAllVersions } from '@/db/queries/config-documents';
import { type Asked, decodeCursor, type Order, type Page, type Position } from '@/db/queries/page';
import { FREEZE_ORDER, listFreezes } from '@/db/queries/settings';
import type { ConfigDocument, ConfigKind } from '@/domain/config-changes';
import { listStoredWebhooks, WEBHOOK_ORDER } from '@/server/notifications/webhooks';
import type { ApiDeps } from '../trpc';
import { documentedSettings, freezeSpec, webhookSpec } from './operation-kinds';

/** A page has fewer of them than was asked for. */
const MOST_VERSIONS = 20;

/** In what order the documents of a kind are read. */
const ORDERS: Record<ConfigKind, Order> = {
  Settings: { by: 'asc', keys: [] },
  Version: ALL_VERSIONS_ORDER,
  Playbook: PLAYBOOK_ORDER,
  Tenant: TENANT_ORDERS.tenantId,
  Freeze: FREEZE_ORDER,
  Webhook: WEBHOOK_ORDER,
};

/** Where a page of this kind begins; null when this is no place of it. */
export const positionIn = (kind: ConfigKind, cursor: string): Position | null =>
  decodeCursor(ORDERS[kind], cursor);

/** What there is of a kind, as documents that say so. Secrets are in none of them. */
export async function exportConfig(
  deps: ApiDeps,
  kind: ConfigKind,
  asked: Asked,
): Promise<Page<ConfigDocument>> {
  switch (kind) {
    case 'Settings': {
      const spec = await documentedSettings(deps);
      return { items: [{ kind, name: 'settings', spec }], total: 1, next: null };
    }
    case 'Version':
      // Each may have a quarter of a megabyte.
      return documents(
        await listAllVersions(deps.db, { ...asked, limit: Math.min(asked.limit, MOST_VERSIONS) }),
        ({ unitId, version, ...spec }) => ({
          ...{ kind, name: `${unitId}/${version}` },
          spec,
        }),
      );
    case 'Playbook':
      return documents(await listPlaybooks(deps.db, asked), ({ playbookId, name, definition }) => ({
        ...{ kind, name: playbookId },
        spec: { name, definition },
      }));
    case 'Tenant':
      return documents(
        await listTenants(deps.db, asked),
        ({ tenantId, name, labels, endpoints, variables, overrides }) => ({
          ...{ kind, name: tenantId },
          spec: { name, labels, endpoints, variables, overrides },
        }),
      );
    case 'Freeze':
      return documents(await listFreezes(deps.db, asked), (freeze) => ({
        ...{ kind, name: freeze.name },
        spec: freezeSpec(freeze),
      }));
    case 'Webhook':
      return documents(await listStoredWebhooks(deps.db, asked), (stored) => ({
        ...{ kind, name: stored.name },
        spec: webhookSpec(deps, stored),
      }));
  }
}

const documents = <Item>(
  page: Page<Item>,
  toDocument: (item: Item) => ConfigDocument,
): Page<ConfigDocument> => ({
  ...page,
  items: page.items.map(toDocument),
});
