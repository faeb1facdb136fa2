import type { Metadata } from 'next';
import { requestPrincipal } from '@/app/request';
import { Profile } from '@/components/settings/profile';

export const metadata: Metadata = { title: 'Profile' };

export default async function ProfilePage() {
  const principal = await requestPrincipal();
  // The layout has sent everybody else to the sign-in.
  if (!principal) return null;
  const { name, email, role } = principal;
  return <Profile me={{ name, email: email ?? null, role }} />;
}
