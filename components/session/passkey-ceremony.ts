import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import { type AccountAnswer, changeAccount } from './account-api';

/** What browsers refuse, as a code beside those of the server. */
const OF_BROWSERS: Record<string, string> = {
  AbortError: 'CANCELLED',
  NotAllowedError: 'CANCELLED',
  InvalidStateError: 'PASSKEY_KNOWN',
};

/** Makes a passkey for who is signed in and gives the password; never throws. */
export async function addPasskey(asked: { password: string; name: string }): Promise<AccountAnswer> {
  const begun = await changeAccount<PublicKeyCredentialCreationOptionsJSON>(
    'passkey/generate-register-options',
    { password: asked.password },
  );
  if (!begun.ok) return begun;
  return signed(
    () => startRegistration({ optionsJSON: begun.told }),
    (response) => changeAccount('passkey/verify-registration', { response, name: asked.name }),
  );
}

/** Signs in with a passkey; never throws. */
export async function signInWithPasskey(): Promise<AccountAnswer> {
  const begun = await changeAccount<PublicKeyCredentialRequestOptionsJSON>(
    'passkey/generate-authenticate-options',
    {},
  );
  if (!begun.ok) return begun;
  return signed(
    () => startAuthentication({ optionsJSON: begun.told }),
    (response) => changeAccount('passkey/verify-authentication', { response }),
  );
}

/** Lets the authenticator sign, and sends what it says. */
async function signed<Response>(
  sign: () => Promise<Response>,
  send: (response: Response) => Promise<AccountAnswer>,
): Promise<AccountAnswer> {
  if (!browserSupportsWebAuthn()) return { ok: false, status: 0, code: 'UNSUPPORTED' };
  try {
    return await send(await sign());
  } catch (error) {
    const code = (error instanceof Error && OF_BROWSERS[error.name]) || 'UNSUPPORTED';
    return { ok: false, status: 0, code };
  }
}
