import type { Metadata } from 'next';
import { requestPrincipal } from '@/app/request';
import { PlaybooksScreen } from '@/components/playbook/playbooks-screen';

export const metadata: Metadata = { title: 'Playbooks' };

export default async function PlaybooksPage() {
  const principal = await requestPrincipal();
  return <PlaybooksScreen mayWrite={principal !== null && principal.role !== 'viewer'} />;
}
