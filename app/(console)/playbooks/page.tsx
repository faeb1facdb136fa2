import { titled } from '@/app/request';
import { PlaybooksScreen } from '@/components/playbook/playbooks-screen';

export const generateMetadata = titled('shell.nav.playbooks');

export default function PlaybooksPage() {
  return <PlaybooksScreen />;
}
