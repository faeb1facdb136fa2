import type { SsoRefusal } from '@/domain/sso-refusal';

/** Something about access that belongs in the audit log. */
export type AccessEvent = {
  action:
    | 'login'
    | 'login.denied'
    | 'login.limited'
    | 'logout'
    | 'password.changed'
    | 'member.renamed'
    | 'sessions.ended'
    | 'setup.claimed'
    | 'setup.denied'
    | 'invite.claimed'
    | 'invite.denied'
    | 'password.reset'
    | 'reset.denied'
    | 'twofactor.enabled'
    | 'twofactor.disabled'
    | 'twofactor.codes'
    | 'passkey.added'
    | 'passkey.removed'
    | 'sso.joined'
    | 'sso.linked'
    | `sso.denied.${SsoRefusal}`;
  /** The name of whoever did it; null when nobody knows who it was. */
  actor: string | null;
  /** The e-mail address, as given or of the account. */
  subject: string;
  address: string;
  outcome?: Record<string, unknown>;
};

/** What happened and who did it; where and to whom is known to the door. */
export type Recorded = Pick<AccessEvent, 'action' | 'actor' | 'outcome'>;
