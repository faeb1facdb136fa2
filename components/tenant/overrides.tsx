'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { refusalText } from '@/components/form/server-error';
import { SettingRows } from '@/components/form/setting-rows';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import type { Outputs } from '@/server/api/router';

/** The values that hold for this tenant, where each comes from, and those it has of its own. */
export function Overrides({ tenant }: { tenant: Outputs['tenants']['get'] }) {
  const t = useTranslations('tenants.one');
  const trpc = useTRPC();
  const refusal = useRoleRefusal();
  const { tenantId } = tenant;
  const values = useQuery(trpc.settings.get.queryOptions({ tenantId }));
  const save = useChange(trpc.tenants.upsert.mutationOptions(), [
    trpc.settings.pathFilter(),
    trpc.tenants.get.pathFilter(),
  ]);
  return (
    <Section title={t('settings')} about={t('settingsAbout')} error={values.error}>
      <SettingRows
        name="overrides"
        label={t('settings')}
        // How many of a plan run at once is no matter of one tenant.
        rows={values.data?.filter(({ key }) => key !== 'maxConcurrency')}
        layer="tenant"
        refusal={refusal}
        save={async (key, value) => {
          const { [key]: _before, ...others } = tenant.overrides;
          const { name, labels, endpoints, variables } = tenant;
          // Only what replaces everything can take a value away.
          const whole = { tenantId, name, labels, endpoints, variables, overrides: others, replace: true };
          return refusalOf(
            save.mutateAsync(value === null ? whole : { tenantId, overrides: { [key]: value } }),
            refusalText,
          );
        }}
      />
    </Section>
  );
}
