import { requestPreferences, requestPrincipal, titled } from '@/app/request';
import { Profile } from '@/components/settings/profile';
import { MIN_PASSWORD_LENGTH } from '@/server/auth/password';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = titled('settings.tabs.profile');

export default async function ProfilePage() {
  const [principal, { zone }] = await Promise.all([requestPrincipal(), requestPreferences()]);
  // The layout has sent everybody else to the sign-in.
  if (!principal) return null;
  const { id, name, email, role, kind, singleSignOn = false } = principal;
  const runtime = getRuntime();
  return (
    <Profile
      me={{ name, email: email ?? null, role }}
      secondFactors={kind === 'user' && !singleSignOn ? await runtime.secondFactorsOf(id) : null}
      passkeyOrigin={runtime.passkeyOrigin}
      bySso={singleSignOn}
      zone={zone}
      minPassword={MIN_PASSWORD_LENGTH}
    />
  );
}
