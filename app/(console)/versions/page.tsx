import { titled } from '@/app/request';
import { VersionsScreen } from '@/components/version/versions-screen';

export const generateMetadata = titled('shell.nav.versions');

export default function VersionsPage() {
  return <VersionsScreen />;
}
