import { FleetMatrix } from '@/components/fleet/fleet-matrix';

export default function FleetInstancesPage() {
  return <FleetMatrix />;
}
