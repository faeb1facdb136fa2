import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '@/db/client';
import { secret } from '@/db/schema/auth';
import { webhook } from '@/db/schema/notify';
import { keyIdOf, type SecretBox } from './secrets';

/** The answer is kept so long: whoever watches asks every few seconds, and it counts every secret. */
const KEPT_MS = 60_000;

/** Stored secrets by the key they were sealed with; a key that this server does not know opens none of them. */
interface SealedWith {
  keyId: string;
  secrets: number;
  known: boolean;
}

/** How many secrets of tenants and webhooks each key has sealed; of a secret that was set anew only the newest is read. */
async function sealedWith(db: Database, box: SecretBox): Promise<SealedWith[]> {
  const rows = await db.execute<{ keyId: string; secrets: number }>(sql`
    select split_part(sealed, '.', 1) as key_id, count(*)::int as secrets
    from (select ciphertext as sealed from (select distinct on (tenant_id, name) ciphertext from ${secret}
        order by tenant_id, name, version desc) newest
      union all select secret from ${webhook}) stored
    group by 1 order by 2 desc, 1 limit 20`);
  return rows.map(({ keyId, secrets }) => ({
    // Of a damaged row anything may stand there.
    keyId: keyIdOf(keyId) ?? '(damaged)',
    secrets,
    known: box.keyIds.includes(keyId),
  }));
}

/**
 * Tells whether the keys of this server open what is stored: "ok", or in words how many secrets were sealed with which
 * other key. Asks the database once a minute at most.
 */
export class SecretsCheck {
  #told: { at: number; words: Promise<string> } | null = null;

  constructor(private readonly deps: { db: Database; box: SecretBox; log: Logger; now?: () => number }) {}

  /** To be called at start: what cannot be opened is an error in the log, once, and not only a failed task later. */
  async report(): Promise<void> {
    const { db, box, log } = this.deps;
    const stored = await sealedWith(db, box);
    this.#told = { at: this.#now(), words: Promise.resolve(wordsFor(stored, box)) };
    if (stored.every(({ known }) => known)) return;
    log.error(
      { stored, known: box.keyIds },
      'Stored secrets cannot be opened: SWITCHYARD_SECRET_KEY does not hold the key they were sealed with',
    );
  }

  /** For `/readyz`. */
  state(): Promise<string> {
    if (this.#told && this.#now() - this.#told.at < KEPT_MS) return this.#told.words;
    const words = sealedWith(this.deps.db, this.deps.box).then(
      (stored) => wordsFor(stored, this.deps.box),
      () => 'not known: the database gave no answer',
    );
    this.#told = { at: this.#now(), words };
    return words;
  }

  #now(): number {
    return (this.deps.now ?? performance.now.bind(performance))();
  }
}

function wordsFor(stored: readonly SealedWith[], box: SecretBox): string {
  const unknown = stored.filter(({ known }) => !known);
  if (unknown.length === 0) return 'ok';
  const keys = unknown.map(({ keyId, secrets }) => `${secrets} sealed with key ${keyId}`).join(', ');
  return `cannot open ${keys}; this server knows ${box.keyIds.join(', ')}`;
}
