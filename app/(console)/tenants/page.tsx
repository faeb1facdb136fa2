import { titled } from '@/app/request';
import { TenantsScreen } from '@/components/tenant/tenants-screen';

export const generateMetadata = titled('shell.nav.tenants');

export default function TenantsPage() {
  return <TenantsScreen />;
}
