import type { Metadata } from 'next';
import { requestPreferences, requestPrincipal } from '@/app/request';
import { Profile } from '@/components/settings/profile';
import { MIN_PASSWORD_LENGTH } from '@/server/auth/password';

export const metadata: Metadata = { title: 'Profile' };

export default async function ProfilePage() {
  const [principal, { zone }] = await Promise.all([requestPrincipal(), requestPreferences()]);
  // The layout has sent everybody else to the sign-in.
  if (!principal) return null;
  const { name, email, role } = principal;
  return <Profile me={{ name, email: email ?? null, role }} zone={zone} minPassword={MIN_PASSWORD_LENGTH} />;
}
