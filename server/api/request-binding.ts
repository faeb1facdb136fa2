import { createHash } from 'node:crypto';
import type { Database } from '@/db/client';
import { bindRequest } from '@/db/queries/requests';
import type { Principal } from '@/server/auth/principal';
import { CommandRefused } from '@/server/input/refused';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Holds a requestId to the principal, procedure and input it was first used with: repeating is harmless, anything else
 * with it is refused. Input without a requestId, or with one that is no UUID, is left to whoever checks the input.
 * Throws {@link CommandRefused}.
 */
export async function bindRequestId(
  deps: { db: Database },
  principal: Pick<Principal, 'kind' | 'id'>,
  path: string,
  input: unknown,
): Promise<void> {
  const requestId = (input as { requestId?: unknown } | null | undefined)?.requestId;
  if (typeof requestId !== 'string' || !UUID.test(requestId)) return;
  const said = JSON.stringify([principal.kind, principal.id, path, inOrder(input)]);
  const fingerprint = createHash('sha256').update(said).digest('hex');
  if (await bindRequest(deps.db, requestId, fingerprint)) return;
  throw new CommandRefused({
    code: 'REFUSED_BY_GUARD',
    message:
      'This requestId was used for something else, and nothing was done now. Send the command with a new one.',
  });
}

/** The same input, however its keys are ordered. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, inOrder(one)]);
}
