import { titled } from '@/app/request';
import { CompareScreen } from '@/components/version/compare-screen';

export const generateMetadata = titled('shell.pages.compare');

export default async function ComparePage({ params }: { params: Promise<{ unit: string }> }) {
  return <CompareScreen unitId={decodeURIComponent((await params).unit)} />;
}
