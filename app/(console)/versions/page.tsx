import type { Metadata } from 'next';
import { requestPrincipal } from '@/app/request';
import { VersionsScreen } from '@/components/version/versions-screen';

export const metadata: Metadata = { title: 'Versions' };

export default async function VersionsPage() {
  const principal = await requestPrincipal();
  return <VersionsScreen mayWrite={principal !== null && principal.role !== 'viewer'} />;
}
