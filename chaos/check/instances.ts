import { UNKNOWN_VERSION } from '@/server/domain/tenant';
import type { Findings } from './findings';
import type { History } from './history';

/** At rest the instances run what is on record, of every tenant of which anything certain is. */
export function checkInstances({ atRest, tenants, instances }: History, findings: Findings): void {
  if (!atRest) return;
  const versionsOf = new Map<string, { instance: string; version: string }[]>();
  for (const { tenantId, ...one } of instances) {
    const known = versionsOf.get(tenantId);
    if (known) known.push(one);
    else versionsOf.set(tenantId, [one]);
  }
  for (const { tenantId, currentVersion } of tenants) {
    if (currentVersion === null || currentVersion === UNKNOWN_VERSION) continue;
    // An instance says one version: of a tenant with several units nobody knows which one it speaks of.
    if (tenants.filter((one) => one.tenantId === tenantId).length > 1) continue;
    for (const { instance, version } of versionsOf.get(tenantId) ?? [])
      if (version !== currentVersion)
        findings.add('instances', tenantId, `${instance} runs ${version}, on record is ${currentVersion}`);
  }
}
