import { requestPreferences, requestPrincipal, titled } from '@/app/request';
import { Profile } from '@/components/settings/profile';
import { MIN_PASSWORD_LENGTH } from '@/server/auth/password';

export const generateMetadata = titled('settings.tabs.profile');

export default async function ProfilePage() {
  const [principal, { zone }] = await Promise.all([requestPrincipal(), requestPreferences()]);
  // The layout has sent everybody else to the sign-in.
  if (!principal) return null;
  const { name, email, role, secondFactor, singleSignOn = false } = principal;
  return (
    <Profile
      me={{ name, email: email ?? null, role }}
      secondFactor={secondFactor && !singleSignOn ? secondFactor === 'on' : null}
      bySso={singleSignOn}
      zone={zone}
      minPassword={MIN_PASSWORD_LENGTH}
    />
  );
}
