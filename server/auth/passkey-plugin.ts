import { getAuthenticatorName, passkey } from '@better-auth/passkey';
import { APIError } from 'better-auth/api';
import type { Database } from '@/db/client';
import { ownerOf, type PasskeyParty } from './passkeys';

/**
 * The library's passkeys: challenges that are stored, bound to a signed cookie, and count once and for five minutes; origin,
 * host, signature and counter are looked at by SimpleWebAuthn. It only prefers that the authenticator knows who holds it; a
 * passkey that stands for two factors must.
 */
export function passkeyPlugin(db: Database, party: PasskeyParty) {
  return passkey({
    rpID: party.id,
    rpName: 'Switchyard',
    // As statements by hand call the column.
    schema: { passkey: { fields: { credentialID: 'credentialId' } } },
    origin: party.origin,
    // The sign-in asks for no address: the passkey says whose it is.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    advanced: { webAuthnChallengeCookie: 'passkey' },
    registration: {
      afterVerification: async ({ verification }) => {
        const { userVerified, credential, aaguid } = verification.registrationInfo ?? {};
        mustHaveVerified(userVerified);
        if (credential && (await ownerOf(db, credential.id))) throw new APIError('CONFLICT', KNOWN);
        const name = getAuthenticatorName(aaguid);
        return name ? { name } : undefined;
      },
    },
    authentication: {
      afterVerification: ({ verification }) => mustHaveVerified(verification.authenticationInfo.userVerified),
    },
  });
}

const KNOWN = { code: 'PASSKEY_KNOWN', message: 'This passkey was registered already.' };

/** To hold the authenticator is one factor; the finger or code that it asked for is the other. */
function mustHaveVerified(userVerified: boolean | undefined): void {
  if (userVerified) return;
  const message =
    'The authenticator did not check who holds it. Use one with a PIN, a fingerprint or a face.';
  throw new APIError('BAD_REQUEST', { code: 'NOT_VERIFIED', message });
}
