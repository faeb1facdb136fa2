import { titled } from '@/app/request';
import { AuditScreen } from '@/components/audit/audit-screen';

export const generateMetadata = titled('shell.nav.audit');

export default function AuditPage() {
  return <AuditScreen />;
}
