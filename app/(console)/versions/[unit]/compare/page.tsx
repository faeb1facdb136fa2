import type { Metadata } from 'next';
import { CompareScreen } from '@/components/version/compare-screen';

export const metadata: Metadata = { title: 'Compare versions' };

export default async function ComparePage({ params }: { params: Promise<{ unit: string }> }) {
  return <CompareScreen unitId={decodeURIComponent((await params).unit)} />;
}
