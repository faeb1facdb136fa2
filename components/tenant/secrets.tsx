'use client';

import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/session/role';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { RowActions } from '@/components/table/row-actions';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';

const SecretDialog = dynamic(() => import('./secret-dialog').then((module) => module.SecretDialog));

type Secret = Outputs['tenants']['get']['secrets'][number];

/** The names of a tenant's secrets; their values are never shown. */
export function Secrets({ tenant }: { tenant: Pick<Outputs['tenants']['get'], 'tenantId' | 'secrets'> }) {
  const t = useTranslations('tenants.secrets');
  const trpc = useTRPC();
  const refusal = useRoleRefusal();
  const remove = useChange(trpc.tenants.removeSecret.mutationOptions(), [trpc.tenants.get.pathFilter()]);
  const [setting, setSetting] = useState<{ name: string } | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const { tenantId, secrets } = tenant;
  const confirmation =
    asking === null
      ? null
      : removal(t('removeIt', { name: asking }), t('removeBody', { tenant: tenantId }), () =>
          refusalOf(remove.mutateAsync({ tenantId, name: asking })),
        );
  const columns = useMemo(
    (): Column<Secret>[] => [
      {
        id: 'name',
        name: t('name'),
        fixed: true,
        value: ({ name }) => name,
        cell: ({ name }) => (
          <b style={{ fontFamily: 'var(--mantine-font-family-monospace)', fontWeight: 600 }}>{name}</b>
        ),
      },
      {
        id: 'version',
        name: t('version'),
        track: '90px',
        value: ({ version }) => version,
        cell: ({ version }) => version,
      },
      {
        id: 'setAt',
        name: t('setAt'),
        value: ({ setAt }) => new Date(setAt),
        cell: ({ setAt }) => <RelativeTime at={setAt} />,
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: ({ name }) => (
          <RowActions>
            <RowAction word={t('replace')} of={name} refusal={refusal} onClick={() => setSetting({ name })} />
            <RowAction word={t('remove')} of={name} refusal={refusal} onClick={() => setAsking(name)} />
          </RowActions>
        ),
      },
    ],
    [t, refusal],
  );
  return (
    <>
      <Section
        title={t('title')}
        about={t('about')}
        action={
          <ActionButton
            variant="default"
            size="xs"
            refusal={refusal}
            onClick={() => setSetting({ name: '' })}
          >
            {t('set')}
          </ActionButton>
        }
      >
        <DataTable
          name="secrets"
          label={t('title')}
          columns={columns}
          rows={secrets}
          keyOf={({ name }) => name}
          empty={t('none')}
        />
      </Section>
      {setting && <SecretDialog tenantId={tenantId} name={setting.name} onClose={() => setSetting(null)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </>
  );
}
