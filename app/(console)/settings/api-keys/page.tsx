import { titled } from '@/app/request';
import { ApiKeys } from '@/components/settings/api-keys';

export const generateMetadata = titled('settings.tabs.api-keys');

export default function ApiKeysPage() {
  return <ApiKeys />;
}
