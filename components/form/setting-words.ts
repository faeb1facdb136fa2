import type { SettingKey, SettingLayer } from '@/domain/settings';

/** What each value is called and means; one that is new in the domain does not compile until it is here. */
export const SETTINGS: Record<SettingKey, { name: string; hint: string; type: 'number' | 'text' }> = {
  maxConcurrency: { name: 'Max concurrency', hint: 'Tenants of a plan switched at once', type: 'number' },
  maxRetry: { name: 'Max retry', hint: 'How often a tenant may be tried again', type: 'number' },
  healthIntervalSeconds: {
    name: 'Health interval (s)',
    hint: 'Between two looks at the instances',
    type: 'number',
  },
  healthAttempts: { name: 'Health attempts', hint: 'Looks before a tenant fails', type: 'number' },
  healthPath: { name: 'Health path', hint: 'Asked of each instance', type: 'text' },
  versionKey: { name: 'Version key', hint: 'Where the answer names the version', type: 'text' },
  heartbeatSeconds: { name: 'Heartbeat (s)', hint: 'Between two signs of life of a task', type: 'number' },
};

export const LAYER_NAMES: Record<SettingLayer, string> = {
  tenant: 'Tenant',
  plan: 'Plan',
  playbook: 'Playbook',
  settings: 'Settings page',
  environment: 'Environment',
  default: 'Default',
};

/** What the layers that lose say: "Environment 5 · Default 3". */
export function otherLayers(layers: Record<string, string | number>, source: SettingLayer): string {
  return Object.entries(layers)
    .filter(([layer]) => layer !== source)
    .map(([layer, value]) => `${LAYER_NAMES[layer as SettingLayer]} ${value}`)
    .join(' · ');
}
