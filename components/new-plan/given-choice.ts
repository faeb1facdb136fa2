import { withStep } from '@/domain/tenant-choice';
import type { Draft } from './draft';
import { idsInText } from './read-ids';

/** What a link may say of a plan: `?tenants=acme-eu,acme-us`, `?tenants=region=eu` or `?tenants=all`, and what it is switched to. */
export interface Given {
  tenants: string | null;
  unit: string | null;
  version: string | null;
  playbook: string | null;
}

/** The part of a draft that a link fills in. Ids have no "=", so labels cannot be taken for them. */
export function givenDraft({ tenants, unit, version, playbook }: Given): Partial<Draft> {
  return {
    ...(tenants ? { choice: withStep([], stepOf(tenants)) } : {}),
    ...(unit && version ? { unitId: unit, version } : {}),
    ...(playbook ? { playbookId: playbook } : {}),
  };
}

function stepOf(tenants: string) {
  if (tenants === 'all') return { take: true, filter: {} };
  if (!tenants.includes('=')) return { take: true, ids: idsInText(tenants) };
  const labels: Record<string, string[]> = {};
  for (const one of tenants.split(',')) {
    const at = one.indexOf('=');
    if (at < 1) continue;
    const key = one.slice(0, at);
    labels[key] = [...(labels[key] ?? []), one.slice(at + 1)];
  }
  return { take: true, filter: { labels } };
}
