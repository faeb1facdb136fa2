import { beforeAll, expect } from 'vitest';
import { DEMO_TENANTS, displayName } from '@/demo/tenants';
import type { LimitedTo } from '@/domain/limited-to';
import { createApiKey } from '@/server/auth/api-keys';
import type { Role } from '@/server/auth/principal';
import type { ApiServer } from './api-server';
import { mutate } from './call';

/** The demo gives its regions in turn: every third tenant is in the EU, and theirs. */
export const OWN = DEMO_TENANTS.filter((_, index) => index % 3 === 0).map(({ tenantId }) => tenantId);
const OTHERS = DEMO_TENANTS.map(({ tenantId }) => tenantId).filter((id) => !OWN.includes(id));
export const EU: LimitedTo = [{ region: 'eu' }];
/** All tenants; two of the EU; two of the US. */
export const [MIXED, WHOLE, FOREIGN] = ['PLN-1', 'PLN-2', 'PLN-3'] as const;

export const planOf = (tenantIds: string[]) => ({
  ...{ name: 'A plan', tenantIds, unitId: 'edge-router', version: 'v2.1', playbookId: 'blue-green' },
  maxConcurrency: 2,
});

/** Every mention of a tenant that is not theirs. */
export const foreign = (text: string): string[] =>
  OTHERS.flatMap((id) => [id, displayName(id)]).filter((name) =>
    new RegExp(`"[^"]*\\b${name}\\b`).test(text),
  );

/** Keys of people with rights for the EU alone, and the plans above; call it once in a file, after its server. */
export function limitedPeople(server: Readonly<ApiServer>) {
  const keys = {} as Record<'viewer' | 'operator', string>;
  const newKey = async (role: Role, limitedTo: LimitedTo = EU) =>
    (await createApiKey(server.db, { name: 'eu', role, limitedTo, createdBy: 'test', expiresAt: null })).key;
  beforeAll(async () => {
    keys.viewer = await newKey('viewer');
    keys.operator = await newKey('operator');
    for (const tenantIds of [
      ['fjord-media', 'lumen-energy'],
      ['granite-bank', 'acme-us'],
    ])
      expect(await mutate(server.url, server.key, 'plans.create', planOf(tenantIds))).toMatchObject({
        status: 200,
      });
  });
  return { keys, newKey };
}
