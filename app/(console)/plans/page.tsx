import { titled } from '@/app/request';
import { PlansScreen } from '@/components/plans/plans-screen';

export const generateMetadata = titled('shell.nav.plans');

export default function PlansPage() {
  return <PlansScreen />;
}
