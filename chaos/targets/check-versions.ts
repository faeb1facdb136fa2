import type { History, Violation } from '../check/history';

/**
 * Whether the instances run what the database says they run, for every tenant of which it claims to know. Both witnesses
 * were asked after everything had come to rest.
 */
export function checkVersions(
  history: History,
  versions: Readonly<Record<string, string>>,
  firstVersion: string,
): Violation[] {
  const instances = new Map<string, string[]>();
  for (const instance of Object.keys(versions)) {
    const tenantId = instance.slice(0, instance.lastIndexOf('-'));
    instances.set(tenantId, [...(instances.get(tenantId) ?? []), instance]);
  }
  return history.tenants.flatMap(({ tenantId, currentVersion }) => {
    if (currentVersion === null || currentVersion === 'unknown') return [];
    const wrong = (instances.get(tenantId) ?? []).filter(
      (instance) => (versions[instance] ?? firstVersion) !== currentVersion,
    );
    return wrong.map((instance) => ({
      invariant: 'an instance runs what is on record',
      subject: tenantId,
      message: `${instance} runs ${versions[instance]}, on record is ${currentVersion}`,
    }));
  });
}
