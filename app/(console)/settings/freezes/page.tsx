import type { Metadata } from 'next';
import { Freezes } from '@/components/settings/freezes';

export const metadata: Metadata = { title: 'Freezes' };

export default function FreezesPage() {
  return <Freezes />;
}
