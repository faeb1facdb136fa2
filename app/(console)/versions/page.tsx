import type { Metadata } from 'next';
import { VersionsScreen } from '@/components/version/versions-screen';

export const metadata: Metadata = { title: 'Versions' };

export default function VersionsPage() {
  return <VersionsScreen />;
}
