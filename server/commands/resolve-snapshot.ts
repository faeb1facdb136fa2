import { createHash } from 'node:crypto';
import type { VersionWithPayload } from '@/db/queries/planning';
import { fillTenant, withStandIns } from '@/domain/payload';
import { TemplateError } from '@/domain/template';
import type { Snapshot, Tenant } from '@/domain/tenant';

/** Four times what a version may have. */
const MAX_FILLED_CHARS = 1024 * 1024;
/** An error that is about all of it. */
const WHOLE = { placeholder: '', position: 0 };

export type StoredSnapshot = Snapshot & { snapshotId: string; tenantId: string };

/**
 * A tenant's configuration at one version: `{{tenant.…}}` filled in, secrets left as references, frozen with the
 * endpoints. The digest is over that text: a new value of a secret does not change it. With `secrets`, the names the
 * tenant has, a reference to another is refused. Throws {@link TemplateError} when the payload cannot be made for this
 * tenant.
 */
export function resolveSnapshot(
  tenant: Tenant,
  version: VersionWithPayload,
  secrets: readonly string[] | null = null,
): StoredSnapshot {
  const { name, labels, variables, endpoints, tenantId } = tenant;
  const values = { ...variables, id: tenantId, name, labels, variables };
  const payload = fillTenant(version, values, secrets && new Set(secrets));
  if (payload.length > MAX_FILLED_CHARS)
    throw new TemplateError('its configuration is larger than 1 MiB once filled in', WHOLE);
  if (version.format === 'json') assertJson(payload);
  const { unitId, unitName, format } = version;
  const content = {
    tenantId,
    unitId,
    unitName,
    version: version.version,
    format,
    endpoints,
    digest: sha256([unitId, version.version, payload]),
    scope: { name, labels, variables },
  };
  return { snapshotId: idOf(content), ...content, payload };
}

/** The same; null where the version can no longer be filled in for this tenant. */
export function resolveOrNone(...args: Parameters<typeof resolveSnapshot>): StoredSnapshot | null {
  try {
    return resolveSnapshot(...args);
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

/** Of equal snapshots one is stored: what makes a difference makes the id. */
function idOf(content: Omit<StoredSnapshot, 'snapshotId' | 'payload'>): string {
  const hex = sha256(content);
  // A UUID of version 8: its bits are the maker's.
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

function assertJson(payload: string): void {
  const whole = withStandIns(payload);
  try {
    JSON.parse(whole);
  } catch (error) {
    throw new TemplateError(
      `its configuration is not valid JSON once filled in: ${(error as Error).message}`,
      WHOLE,
    );
  }
}
