import { titled } from '@/app/request';
import { Freezes } from '@/components/settings/freezes';

export const generateMetadata = titled('settings.tabs.freezes');

export default function FreezesPage() {
  return <Freezes />;
}
