import DataLoader from 'dataloader';
import { desc, inArray } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { keyIdOf, type SecretBox, SecretUnreadable } from './secrets';

/** Tenants whose secrets are read and opened together. */
const MOST_TOGETHER = 200;

/** Reads a tenant's secrets by name, the newest version of each; rejects when one of them cannot be opened. */
export type SecretsOf = (tenantId: string) => Promise<Record<string, string>>;

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
): Promise<(Record<string, string> | Error)[]> {
  const rows = await db
    .select()
    .from(secret)
    .where(inArray(secret.tenantId, [...tenantIds]))
    .orderBy(desc(secret.version));
  const newest = new Map(tenantIds.map((tenantId) => [tenantId, new Map<string, (typeof rows)[number]>()]));
  for (const row of rows) {
    const own = newest.get(row.tenantId);
    if (own && !own.has(row.name)) own.set(row.name, row);
  }
  return tenantIds.map((tenantId) => {
    const opened: Record<string, string> = {};
    for (const { id, name, ciphertext } of newest.get(tenantId)?.values() ?? []) {
      try {
        opened[name] = box.open(id, ciphertext);
      } catch (error) {
        return unreadable(tenantId, name, ciphertext, box, error);
      }
    }
    return opened;
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
