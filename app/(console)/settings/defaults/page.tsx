import { titled } from '@/app/request';
import { Defaults } from '@/components/settings/defaults';

export const generateMetadata = titled('settings.tabs.defaults');

export default function DefaultsPage() {
  return <Defaults />;
}
