'use client';

import { Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { refusalText } from '@/components/form/server-error';
import { SettingRows } from '@/components/form/setting-rows';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import type { SettingKey } from '@/domain/settings';
import { AuditRetention } from './audit-retention';
import { OverrideRule } from './override-rule';
import { StartProtection } from './start-protection';

type Group = 'plans' | 'health' | 'executor';

/** Where each value stands; one that is new in the domain does not compile until it is here. */
const GROUP_OF: Record<SettingKey, Group> = {
  maxConcurrency: 'plans',
  maxRetry: 'plans',
  healthIntervalSeconds: 'health',
  healthAttempts: 'health',
  healthPath: 'health',
  versionKey: 'health',
  heartbeatSeconds: 'executor',
};

/** The values that hold where tenant, plan and playbook say nothing. */
export function Defaults() {
  const t = useTranslations('settings');
  const words = useTranslations('form.settings');
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const values = useQuery(trpc.settings.get.queryOptions({}));
  const set = useChange(trpc.settings.set.mutationOptions(), [trpc.settings.pathFilter()]);
  const save = async (key: SettingKey, value: string | number | null) => {
    const refused = await refusalOf(set.mutateAsync({ values: { [key]: value } }), refusalText);
    if (refused === null) notifications.show({ message: words(value === null ? 'takenBack' : 'saved') });
    return refused;
  };
  return (
    <Stack gap="lg">
      <div>
        <Title order={2}>{t('tabs.defaults')}</Title>
        <Text size="sm" c="dimmed">
          {t('defaults.about')}
        </Text>
      </div>
      {(['plans', 'health', 'executor'] as const).map((group) => (
        <Section key={group} title={t(`defaults.groups.${group}`)} error={values.error}>
          <SettingRows
            name="defaults"
            label={t(`defaults.groups.${group}`)}
            rows={values.data?.filter(({ key }) => GROUP_OF[key] === group)}
            layer="settings"
            refusal={refusal}
            save={save}
          />
        </Section>
      ))}
      <StartProtection />
      <AuditRetention />
      <OverrideRule />
    </Stack>
  );
}
