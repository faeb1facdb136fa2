import type { Metadata } from 'next';
import { requestPrincipal } from '@/app/request';
import { SettingsScreen } from '@/components/settings/settings-screen';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const principal = await requestPrincipal();
  // The layout has sent everybody else to the sign-in.
  if (!principal) return null;
  const { name, email, role } = principal;
  return <SettingsScreen me={{ name, email: email ?? null, role }} />;
}
