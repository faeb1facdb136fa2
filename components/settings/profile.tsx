'use client';

import { useTranslations } from 'use-intl';
import type { Role } from '@/components/session/role';
import { Figures } from '@/components/ui/figures';

const MAY: Record<Role, string> = {
  viewer: 'Look at everything',
  operator: 'Create plans, start, pause, retry and roll back',
  admin: 'Everything, members and API keys included',
};

/** Who one is here, and what one may do. */
export function Profile({ me }: { me: { name: string; email: string | null; role: Role } }) {
  const t = useTranslations('shell');
  const rows = [
    ['Name', me.name],
    ['Email', me.email ?? '–'],
    ['Role', t(`roles.${me.role}`)],
    ['You may', MAY[me.role]],
  ] as const;
  return <Figures rows={rows} />;
}
