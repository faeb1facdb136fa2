import type { Metadata } from 'next';
import { Webhooks } from '@/components/settings/webhooks';

export const metadata: Metadata = { title: 'Notifications' };

export default function NotificationsPage() {
  return <Webhooks />;
}
