import type { Metadata } from 'next';
import { requestPrincipal } from '@/app/request';
import { PlansScreen } from '@/components/plans/plans-screen';

export const metadata: Metadata = { title: 'Plans' };

export default async function PlansPage() {
  const principal = await requestPrincipal();
  return <PlansScreen mayCreate={principal !== null && principal.role !== 'viewer'} />;
}
