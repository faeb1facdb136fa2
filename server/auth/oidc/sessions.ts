import { eq, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { auditOf } from '@/db/queries/audit';
import { authAccount, authOidcSession, authSession, authUser } from '@/db/schema/auth';
import { type SecretBox, SecretUnreadable } from '@/server/security/secrets';
import type { Kept } from './attempt';

/** What the library calls the provider, in its tables and in the address people come back to. */
export const PROVIDER_ID = 'oidc';

/** While a session is used, the provider is asked this often whether it still holds. */
const ASKED_EVERY_SECONDS = 15 * 60;
/** When it gave no answer, it is asked again after this. */
const TRIED_EVERY_SECONDS = 60;
/** For so long after its last answer a session holds while the provider is away. */
const HOLDS_SECONDS = 2 * 3600;
/** Without a refresh token nobody can ask again: the session ends. */
const WITHOUT_REFRESH_SECONDS = 3600;

/** How a session began, and whether the provider is to be asked about it. */
interface StoredStanding {
  /** It began at the provider; else with a password. */
  bySingleSignOn: boolean;
  /** The person's account belongs to somebody at the provider. */
  linked: boolean;
  due: boolean;
  /** The provider has not been heard for so long that the session holds no more by itself. */
  stale: boolean;
}

export async function readStanding(db: Database, sessionId: string, userId: string): Promise<StoredStanding> {
  const [row] = await db.execute<StoredStanding & Record<string, unknown>>(sql`
    select o.session_id is not null as "bySingleSignOn", coalesce(o.next_check_at <= now(), false) as due,
      coalesce(o.confirmed_at < now() - make_interval(secs => ${HOLDS_SECONDS}), false) as stale,
      exists (select 1 from ${authAccount} where user_id = ${userId} and provider_id = ${PROVIDER_ID}) as linked
    from (select 1) one left join ${authOidcSession} o on o.session_id = ${sessionId}`);
  return row ?? { bySingleSignOn: false, linked: false, due: false, stale: false };
}

/** Whether somebody at the provider is whom this account belongs to. */
export async function isLinked(db: Database, userId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 from ${authAccount} where user_id = ${userId} and provider_id = ${PROVIDER_ID}`);
  return rows.length > 0;
}

/** Sessions that began at the provider: what is kept of them, sealed. */
export class OidcSessions {
  readonly #db: Database;
  readonly #box: SecretBox;

  constructor(db: Database, box: SecretBox) {
    this.#db = db;
    this.#box = box;
  }

  async begin(sessionId: string, subject: string, kept: Kept): Promise<void> {
    const seconds = kept.refreshToken ? ASKED_EVERY_SECONDS : WITHOUT_REFRESH_SECONDS;
    await this.#db.execute(sql`
      insert into ${authOidcSession} (session_id, subject, sealed, next_check_at)
      values (${sessionId}, ${subject}, ${this.#seal(sessionId, kept)}, now() + make_interval(secs => ${seconds}))`);
  }

  /** Takes it on to ask about a session, so that of all nodes one does; null when another has, or it is not time. */
  async take(sessionId: string): Promise<{ subject: string; kept: Kept } | null> {
    const [row] = await this.#db.execute<{ subject: string; sealed: string }>(sql`
      update ${authOidcSession} set next_check_at = now() + make_interval(secs => ${TRIED_EVERY_SECONDS})
      where session_id = ${sessionId} and next_check_at <= now() returning subject, sealed`);
    return row ? { subject: row.subject, kept: this.#open(sessionId, row.sealed) } : null;
  }

  async confirm(sessionId: string, kept: Kept): Promise<void> {
    await this.#db.execute(sql`
      update ${authOidcSession} set confirmed_at = now(), sealed = ${this.#seal(sessionId, kept)},
        next_check_at = now() + make_interval(secs => ${ASKED_EVERY_SECONDS})
      where session_id = ${sessionId}`);
  }

  /** Ends a session, and puts on record why. */
  async end(sessionId: string, reason: string): Promise<void> {
    await this.#db.execute(sql`
      with gone as (
        delete from ${authSession} using ${authUser} u where ${authSession.id} = ${sessionId} and u.id = user_id
        returning u.name, u.email
      ) ${auditOf(sql`gone`, {
        actor: sql`name`,
        action: 'sso.ended',
        target: sql`email`,
        outcome: sql`jsonb_build_object('reason', ${reason}::text)`,
      })}`);
  }

  /** Null for a session that began with a password. */
  async kept(sessionId: string): Promise<Kept | null> {
    const [row] = await this.#db
      .select({ sealed: authOidcSession.sealed })
      .from(authOidcSession)
      .where(eq(authOidcSession.sessionId, sessionId));
    return row ? this.#open(sessionId, row.sealed) : null;
  }

  // Nothing of it is sealed anew when keys are rotated: with its key a session of some hours ends.
  #seal = (sessionId: string, kept: Kept) => this.#box.seal(rowOf(sessionId), JSON.stringify(kept));

  /** What cannot be opened any more is as if nothing had been kept: the session ends when it is asked about. */
  #open(sessionId: string, sealed: string): Kept {
    try {
      return JSON.parse(this.#box.open(rowOf(sessionId), sealed)) as Kept;
    } catch (error) {
      if (error instanceof SecretUnreadable) return {};
      throw error;
    }
  }
}

const rowOf = (sessionId: string) => `oidc-session ${sessionId}`;

/** Ends what began at a provider that is none any more: nobody could ask about it. */
export async function endOidcSessions(db: Database): Promise<void> {
  await db.execute(sql`delete from ${authSession} where id in (select session_id from ${authOidcSession})`);
}
