import { titled } from '@/app/request';
import { FleetScreen } from '@/components/fleet/fleet-screen';

export const generateMetadata = titled('shell.nav.fleet');

export default function FleetPage() {
  return <FleetScreen />;
}
