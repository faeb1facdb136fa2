import DataLoader from 'dataloader';
import { desc, inArray } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { keyIdOf, type SecretBox, SecretUnreadable } from './secrets';

/** Tenants whose secrets are read and opened together. */
const MOST_TOGETHER = 200;

/** A tenant's secrets, opened. */
export interface OpenSecrets {
  /** By name, the newest version of each. */
  named: Readonly<Record<string, string>>;
  /** Values of versions before: targets may still use them, so nobody may see them either. */
  former?: readonly string[];
}

/** All values of a tenant that nobody may see. */
export const hiddenValues = ({ named, former = [] }: OpenSecrets): string[] => [
  ...Object.values(named),
  ...former,
];

/** Reads a tenant's secrets; rejects when the newest version of one of them cannot be opened. */
export type SecretsOf = (tenantId: string) => Promise<OpenSecrets>;

/**
 * Reads the secrets of tenants that are asked for at the same moment in one statement: runs that begin together ask
 * together. A secret that cannot be opened makes the load of its own tenant reject with {@link SecretUnreadable}, in an
 * operator's words; the others get theirs.
 */
export function createSecretsLoader(db: Database, box: SecretBox): SecretsOf {
  const loader = new DataLoader((tenantIds: readonly string[]) => openSecrets(db, box, tenantIds), {
    cache: false,
    maxBatchSize: MOST_TOGETHER,
    batchScheduleFn: (read) => setImmediate(read),
  });
  return (tenantId) => loader.load(tenantId);
}

async function openSecrets(
  db: Database,
  box: SecretBox,
  tenantIds: readonly string[],
): Promise<(OpenSecrets | Error)[]> {
  const rows = await db
    .select()
    .from(secret)
    .where(inArray(secret.tenantId, [...tenantIds]))
    .orderBy(desc(secret.version));
  const ofTenant = new Map<string, typeof rows>(tenantIds.map((tenantId) => [tenantId, []]));
  for (const row of rows) ofTenant.get(row.tenantId)?.push(row);
  return tenantIds.map((tenantId) => {
    const named: Record<string, string> = {};
    const former: string[] = [];
    for (const { id, name, ciphertext } of ofTenant.get(tenantId) ?? []) {
      const isNewest = !Object.hasOwn(named, name);
      try {
        const value = box.open(id, ciphertext);
        if (isNewest) named[name] = value;
        else former.push(value);
      } catch (error) {
        // What cannot be opened any more cannot be recognised either, and nobody can use it.
        if (isNewest) return unreadable(tenantId, name, ciphertext, box, error);
      }
    }
    return { named, former };
  });
}

/** Names the secret and the keys, never a value. */
function unreadable(
  tenantId: string,
  name: string,
  ciphertext: string,
  box: SecretBox,
  cause: unknown,
): Error {
  const used = keyIdOf(ciphertext);
  const why =
    used !== null && !box.keyIds.includes(used)
      ? `it was sealed with key ${used}, and this server knows ${box.keyIds.join(', ')} alone. Add that key to SWITCHYARD_SECRET_KEY`
      : 'what is stored of it is damaged';
  return new SecretUnreadable(
    `The secret "${name}" of tenant ${tenantId} cannot be opened: ${why}, or set the secret anew.`,
    { cause },
  );
}
