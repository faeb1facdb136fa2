import { threeStages } from '@/demo/fleet/playbook';
import { CallRefused } from '@/server/testing/switchyard';
import type { Targets } from '../targets/targets';
import type { Console } from './console';

export const UNIT = 'router';
export const FIRST_VERSION = 'v0';
const INSTANCES = 2;

export const tenantIds = (tenants: number): string[] =>
  Array.from({ length: tenants }, (_, index) => `t${index}`);

/** Writes tenants and playbooks. Both playbooks switch in three stages; one of them tries harder. */
export async function seed(console_: Console, targets: Targets, tenants: number): Promise<void> {
  await writeVersion(console_, FIRST_VERSION);
  for (const [playbookId, retries] of Object.entries(PLAYBOOKS)) {
    const call = { timeoutMillis: 4000, ...(retries ? { retries } : {}) };
    await console_.insist('playbooks.save', 'mutation', {
      playbookId,
      name: playbookId,
      definition: threeStages(call),
    });
  }
  await console_.insist('tenants.import', 'mutation', {
    tenants: tenantIds(tenants).map((tenantId, index) => ({
      tenantId,
      endpoints: Array.from({ length: INSTANCES }, (_, instance) => {
        const key = `${tenantId}-${instance + 1}`;
        return { key, url: targets.url(index, key) };
      }),
      current: { [UNIT]: FIRST_VERSION },
    })),
  });
}

/** By id: what a playbook's requests retry. */
export const PLAYBOOKS = {
  plain: null,
  patient: { on: ['connection', '5xx'], count: 4, backoff: 'fixed', delayMillis: 400 },
} as const;

export async function writeVersion(console_: Console, version: string): Promise<void> {
  const payload = `{"backend":"${version}.{{tenant.id}}"}`;
  try {
    await console_.insist('versions.create', 'mutation', {
      unitId: UNIT,
      unitName: 'Router',
      version,
      payload,
    });
  } catch (error) {
    // The answer to the first attempt was lost: it is there already.
    if (!(error instanceof CallRefused) || error.code !== 'CONFLICT') throw error;
  }
}
