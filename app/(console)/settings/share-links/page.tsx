import type { Metadata } from 'next';
import { ShareLinks } from '@/components/settings/share-links';

export const metadata: Metadata = { title: 'Share links' };

export default function ShareLinksPage() {
  return <ShareLinks />;
}
