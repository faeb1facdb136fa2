'use client';

import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { refusalText } from '@/components/form/server-error';
import { SettingRows } from '@/components/form/setting-rows';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';

/** The values that hold where tenant, plan and playbook say nothing. */
export function Defaults() {
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const values = useQuery(trpc.settings.get.queryOptions({}));
  const set = useChange(trpc.settings.set.mutationOptions(), [trpc.settings.pathFilter()]);
  return (
    <Section
      title="Defaults"
      about="They hold where a tenant, a plan or its playbook says nothing else. A change counts from the next look on, also for plans that run."
      state={values}
      empty={false}
      head={['Value', 'Holds now', 'Others say', '']}
    >
      <SettingRows
        rows={values.data ?? []}
        layer="settings"
        refusal={refusal}
        save={async (key, value) => {
          const refused = await refusalOf(set.mutateAsync({ values: { [key]: value } }), refusalText);
          if (refused === null) notifications.show({ message: value === null ? 'Taken back.' : 'Saved.' });
          return refused;
        }}
      />
    </Section>
  );
}
