import { titled } from '@/app/request';
import { Webhooks } from '@/components/settings/webhooks';

export const generateMetadata = titled('settings.tabs.notifications');

export default function NotificationsPage() {
  return <Webhooks />;
}
