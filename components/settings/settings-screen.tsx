'use client';

import { Stack, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import figures from '@/components/new-plan/new-plan.module.css';
import { PageHeader } from '@/components/ui/page-header';
import { ApiKeys } from './api-keys';

type Role = 'viewer' | 'operator' | 'admin';

const MAY: Record<Role, string> = {
  viewer: 'Look at everything',
  operator: 'Create plans, start, pause, retry and roll back',
  admin: 'Everything, API keys included',
};

/** Who one is here, and the keys that let programs in. */
export function SettingsScreen({ me }: { me: { name: string; email: string | null; role: Role } }) {
  const t = useTranslations('shell');
  const rows: [string, string][] = [
    ['Name', me.name],
    ['Email', me.email ?? '–'],
    ['Role', t(`roles.${me.role}`)],
    ['You may', MAY[me.role]],
  ];
  return (
    <>
      <PageHeader title="Settings" />
      <Stack gap="xl">
        <section>
          <Title order={2} mb="xs">
            You
          </Title>
          <dl className={figures.figures}>
            {rows.map(([term, value]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
        {me.role === 'admin' && <ApiKeys />}
      </Stack>
    </>
  );
}
