import { titled } from '@/app/request';
import { Members } from '@/components/settings/members';

export const generateMetadata = titled('settings.tabs.members');

export default function MembersPage() {
  return <Members />;
}
