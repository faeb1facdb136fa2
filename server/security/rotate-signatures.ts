import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@/db/client';
import { addAuditSignature, readAuditSummaries } from '@/db/queries/audit-summaries';
import type { AuditSigner } from './audit-signer';

/**
 * Signs what is kept of removed days of the audit log with the newest key, where another key of this server signed it. May be
 * stopped and run again. What nobody signed well is told, and stays as it is.
 */
export async function rotateSignatures(
  db: Database,
  signer: AuditSigner,
): Promise<{ signed: number; unreadable: string[] }> {
  const rotation = { signed: 0, unreadable: [] as string[] };
  for (const { day, summary, signatures } of await readAuditSummaries(db)) {
    await nextTurn();
    if (!signatures.some(({ keyId, signature }) => signer.check(summary, keyId, signature) === 'good'))
      rotation.unreadable.push(
        `The summary of ${day} in the audit log: none of the keys given signed it as it is. switchyard audit verify says more`,
      );
    else if (await addAuditSignature(db, { day, ...signer.sign(summary) })) rotation.signed += 1;
  }
  return rotation;
}
