import type { Recorded } from './access-event';
import { backupCodeOf, codeOf } from './backup-codes';
import type { Principal } from './principal';
import type { Entering } from './second-step';

const at = (name: string) => `POST /api/auth/two-factor/${name}`;
/** Makes a secret and backup codes, which open nothing before a first code was given. */
export const ENROL = at('enable');
/** Takes a code: of who sets it up, or as the second step of a sign-in. */
export const GIVE_CODE = at('verify-totp');
const GIVE_BACKUP_CODE = at('verify-backup-code');
const SWITCH_OFF = at('disable');
const NEW_BACKUP_CODES = at('generate-backup-codes');

/** What of the library's second factor exists here: no codes by mail, no browsers that need none for a month. */
export const SECOND_FACTOR_ROUTES: ReadonlySet<string> = new Set([
  ENROL,
  GIVE_CODE,
  GIVE_BACKUP_CODE,
  SWITCH_OFF,
  NEW_BACKUP_CODES,
]);

/** What is passed on to the library of what was sent; nothing else reaches it. */
export function secondFactorBody(route: string, sent: Record<string, unknown>): Record<string, unknown> {
  const { password } = sent;
  const typed = typeof sent.code === 'string' ? sent.code.slice(0, 64) : '';
  if (route === GIVE_CODE) return { code: codeOf(typed) };
  if (route === GIVE_BACKUP_CODE) return { code: backupCodeOf(typed) };
  return route === ENROL ? { password, method: 'totp' } : { password };
}

/** What an answer to one of these routes is on record as; null for what did not change anything. */
export function secondFactorAction(
  route: string,
  status: number,
  caller: Principal | null,
  entering: Entering | null,
): Recorded | null {
  const done = status < 300;
  if (!caller) {
    if (status === 429) return { action: 'login.limited', actor: null };
    if (!done) return { action: 'login.denied', actor: null };
    const secondStep = route === GIVE_CODE ? 'code' : 'backup code';
    return { action: 'login', actor: entering?.name ?? null, outcome: { secondStep } };
  }
  if (!done) return null;
  const actor = caller.name;
  if (route === SWITCH_OFF) return { action: 'twofactor.disabled', actor };
  if (route === NEW_BACKUP_CODES) return { action: 'twofactor.codes', actor };
  return route === GIVE_CODE && !caller.codes ? { action: 'twofactor.enabled', actor } : null;
}
