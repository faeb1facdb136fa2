import type { Place } from './places';

/** The places that a key leads to. */
export const GO_TO = {
  'g f': 'fleet',
  'g p': 'plans',
  'g t': 'tenants',
  'g v': 'versions',
  'g e': 'executor',
  'g a': 'audit',
  'g s': 'settings',
} as const satisfies Record<string, Place>;
