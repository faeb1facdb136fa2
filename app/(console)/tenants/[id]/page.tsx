import type { Metadata } from 'next';
import { requestPrincipal } from '@/app/request';
import { TenantScreen } from '@/components/tenant/tenant-screen';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function TenantPage({ params }: Props) {
  const principal = await requestPrincipal();
  const tenantId = decodeURIComponent((await params).id);
  return <TenantScreen tenantId={tenantId} mayWrite={principal !== null && principal.role !== 'viewer'} />;
}
