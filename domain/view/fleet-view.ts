import type { Column } from './columns';

/** What a tenant is in with regard to one deploy unit, the gravest that holds. */
export const FLEET_STATES = [
  'failed',
  'paused',
  'back',
  'switching',
  'drifted',
  'unknown',
  'none',
  'settled',
] as const;
export type FleetState = (typeof FLEET_STATES)[number];

/** One tenant of the map. */
export interface FleetTenant {
  tenantId: string;
  /** Null where it is the id. */
  name: string | null;
  labels: Record<string, string>;
  /** What it runs of the unit; null when nothing is on record. */
  version: string | null;
  state: FleetState;
  /** The plan that has it, or in which it failed. */
  planId: string | null;
  /** The freeze that holds it now. */
  frozen: string | null;
}

/** Every tenant as it travels: as columns. */
export interface FleetMap {
  /** Which deploy unit the versions are of; null while there is none. */
  unitId: string | null;
  units: { unitId: string; name: string }[];
  /** The versions of the unit, the newest first. */
  versions: string[];
  count: number;
  tenants: Column;
}
