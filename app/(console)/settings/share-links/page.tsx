import { titled } from '@/app/request';
import { ShareLinks } from '@/components/settings/share-links';

export const generateMetadata = titled('settings.tabs.share-links');

export default function ShareLinksPage() {
  return <ShareLinks />;
}
