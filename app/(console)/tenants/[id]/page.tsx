import type { Metadata } from 'next';
import { TenantScreen } from '@/components/tenant/tenant-screen';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function TenantPage({ params }: Props) {
  return <TenantScreen tenantId={decodeURIComponent((await params).id)} />;
}
