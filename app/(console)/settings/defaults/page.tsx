import type { Metadata } from 'next';
import { Defaults } from '@/components/settings/defaults';

export const metadata: Metadata = { title: 'Defaults' };

export default function DefaultsPage() {
  return <Defaults />;
}
