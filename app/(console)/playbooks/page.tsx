import type { Metadata } from 'next';
import { PlaybooksScreen } from '@/components/playbook/playbooks-screen';

export const metadata: Metadata = { title: 'Playbooks' };

export default function PlaybooksPage() {
  return <PlaybooksScreen />;
}
