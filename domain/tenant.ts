/** One instance that serves a tenant. `healthUrl` wins over url + health path. */
export interface Endpoint {
  key: string;
  url: string;
  healthUrl?: string | undefined;
  labels?: Record<string, string> | undefined;
}

export interface Tenant {
  tenantId: string;
  name: string;
  labels: Record<string, string>;
  endpoints: Endpoint[];
  variables: Record<string, string>;
  overrides: Record<string, unknown>;
}

export const TENANT_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The tenant's resolved config. Secrets stay references; the digest is SHA-256 over unit, version and payload. */
export interface Snapshot {
  unitId: string;
  unitName: string;
  version: string;
  payload: string;
  format: 'json' | 'text';
  endpoints: Endpoint[];
  digest: string;
  scope: SnapshotScope;
}

/** What templates may name of a tenant besides its id. */
export interface SnapshotScope {
  name: string;
  labels: Record<string, string>;
  variables: Record<string, string>;
}

/** Shown and stored as the current version after a send whose outcome nobody confirmed. */
export const UNKNOWN_VERSION = 'unknown';

/** A version that a tenant can be taken back to; `snapshotId` names its frozen configuration. */
export interface WayBack {
  unitId: string;
  unitName: string;
  version: string;
  snapshotId?: string | undefined;
}
