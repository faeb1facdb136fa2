'use client';

import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { errorText, useTRPC } from '@/components/api/client';
import { fieldMessage, fieldOf } from '@/components/form/server-error';
import { SettingRows } from '@/components/form/setting-rows';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';

/** The values that hold where tenant, plan and playbook say nothing. */
export function Defaults() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refusal = useRoleRefusal('admin');
  const values = useQuery(trpc.settings.get.queryOptions({}));
  const set = useMutation(trpc.settings.set.mutationOptions());
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
          try {
            await set.mutateAsync({ values: { [key]: value } });
          } catch (error) {
            return fieldOf(error) ? fieldMessage(error) : errorText(error);
          }
          await queries.invalidateQueries(trpc.settings.pathFilter());
          notifications.show({ message: value === null ? 'Taken back.' : 'Saved.' });
          return null;
        }}
      />
    </Section>
  );
}
