'use client';

import { Badge, Group, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';
import { Drift } from './drift';
import { Overrides } from './overrides';
import { Secrets } from './secrets';
import { TenantFacts } from './tenant-facts';
import { TenantHistory } from './tenant-history';

const TenantDialog = dynamic(() => import('./tenant-dialog').then((module) => module.TenantDialog));

type Tenant = Outputs['tenants']['get'];

/** One tenant: where it is, what it runs, and how it came to that. */
export function TenantScreen({ tenantId }: { tenantId: string }) {
  const t = useTranslations('tenants');
  const trpc = useTRPC();
  const tenant = useQuery(trpc.tenants.get.queryOptions({ tenantId }));
  const above = <Link href="/tenants">{t('title')}</Link>;
  if (tenant.isPending) return <Skeleton height={320} radius="md" />;
  if (tenant.isError) {
    return (
      <>
        <PageHeader title={tenantId} above={above} />
        <Problem title={t('one.unread')}>{errorText(tenant.error)}</Problem>
      </>
    );
  }
  const { data } = tenant;
  return (
    <>
      <PageHeader
        title={data.name}
        above={above}
        below={data.name !== data.tenantId && data.tenantId}
        status={
          data.busyIn && (
            <Badge component={Link} href={`/plans/${data.busyIn}`} style={{ cursor: 'pointer' }}>
              {t('one.busyIn', { plan: data.busyIn })}
            </Badge>
          )
        }
        actions={<TenantActions tenant={data} />}
      />
      <Stack gap="lg">
        {Object.keys(data.labels).length > 0 && (
          <Group gap="xs">
            {Object.entries(data.labels).map(([key, value]) => (
              <Badge key={key} variant="default">
                {key}: {value}
              </Badge>
            ))}
          </Group>
        )}
        <TenantFacts tenant={data} />
        <Drift tenant={data} />
        <Overrides tenant={data} />
        <Secrets tenant={data} />
        <TenantHistory tenantId={tenantId} />
      </Stack>
    </>
  );
}

function TenantActions({ tenant }: { tenant: Tenant }) {
  const t = useTranslations('tenants.one');
  const trpc = useTRPC();
  const router = useRouter();
  const mayNot = useRoleRefusal();
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const remove = useChange(
    trpc.tenants.remove.mutationOptions(),
    [trpc.tenants.list.pathFilter(), trpc.tenants.counts.pathFilter()],
    () => router.push('/tenants'),
  );
  const confirmation = removal(t('removeIt', { tenant: tenant.tenantId }), t('removeBody'), () =>
    refusalOf(remove.mutateAsync({ tenantId: tenant.tenantId })),
  );
  return (
    <>
      <ActionButton
        variant="default"
        refusal={mayNot}
        leftSection={<Pencil size={14} aria-hidden="true" />}
        onClick={() => setEditing(true)}
      >
        {t('edit')}
      </ActionButton>
      <ActionButton
        variant="default"
        refusal={mayNot ?? (tenant.busyIn ? t('itIsBusy', { plan: tenant.busyIn }) : null)}
        onClick={() => setAsking(true)}
      >
        {t('remove')}
      </ActionButton>
      {editing && <TenantDialog tenant={tenant} onClose={() => setEditing(false)} />}
      <ConfirmDialog confirmation={asking ? confirmation : null} onClose={() => setAsking(false)} />
    </>
  );
}
