import type { Metadata } from 'next';
import { requestPrincipal } from '@/app/request';
import { TenantsScreen } from '@/components/tenant/tenants-screen';

export const metadata: Metadata = { title: 'Tenants' };

export default async function TenantsPage() {
  const principal = await requestPrincipal();
  return <TenantsScreen mayWrite={principal !== null && principal.role !== 'viewer'} />;
}
