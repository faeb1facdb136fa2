'use client';

import { Badge, Group, Skeleton, Stack, Table } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { refusalOf, useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import { Drift } from './drift';
import { Overrides } from './overrides';
import { Secrets } from './secrets';
import { knownGood } from './tenants-screen';

type Tenant = Outputs['tenants']['get'];

/** One tenant: where it is, what it runs, and how it came to that. */
export function TenantScreen({ tenantId }: { tenantId: string }) {
  const trpc = useTRPC();
  const tenant = useQuery(trpc.tenants.get.queryOptions({ tenantId }));
  const above = <Link href="/tenants">Tenants</Link>;
  if (tenant.isPending) return <Skeleton height={320} radius="md" />;
  if (tenant.isError) {
    return (
      <>
        <PageHeader title={tenantId} above={above} />
        <Problem title="This tenant cannot be shown">{errorText(tenant.error)}</Problem>
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
              Busy in {data.busyIn}
            </Badge>
          )
        }
        actions={<RemoveTenant tenant={data} />}
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
        <Section
          title="Versions"
          empty={data.units.length === 0 && 'Nothing is on record about what it runs.'}
          head={['Unit', 'Runs', 'Last known good', '']}
        >
          {data.units.map((unit) => (
            <Table.Tr key={unit.unitId}>
              <Table.Td>{unit.unitName}</Table.Td>
              <Table.Td fw={600}>{unit.current}</Table.Td>
              <Table.Td>{unit.lastKnownGood ?? '–'}</Table.Td>
              <Table.Td c="dimmed">{knownGood(unit)}</Table.Td>
            </Table.Tr>
          ))}
        </Section>
        <Section
          title="Instances"
          empty={data.endpoints.length === 0 && 'It has no instance, so it cannot be switched.'}
          head={['Instance', 'Address', 'Health address']}
        >
          {data.endpoints.map((endpoint) => (
            <Table.Tr key={endpoint.key}>
              <Table.Td fw={600}>{endpoint.key}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{endpoint.url}</Table.Td>
              <Table.Td c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {endpoint.healthUrl ?? 'As the playbook says'}
              </Table.Td>
            </Table.Tr>
          ))}
        </Section>
        <Drift tenant={data} />
        <Overrides tenant={data} />
        <Secrets tenant={data} />
        <History tenantId={tenantId} />
      </Stack>
    </>
  );
}

function History({ tenantId }: { tenantId: string }) {
  const trpc = useTRPC();
  const history = useInfiniteQuery(
    trpc.tenants.history.infiniteQueryOptions({ tenantId, limit: 100 }, { getNextPageParam: nextOf }),
  );
  const listed = useListed(history, (row) => row.id);
  const rows = listed.items;
  return (
    <Section
      title="History"
      unread="The history could not be read"
      state={history}
      empty={rows.length === 0 && 'Nothing has been switched here yet.'}
      more={{ list: listed, what: 'changes' }}
      head={['When', 'Change', 'Why', 'Who', 'Plan']}
    >
      {rows.map((row) => (
        <Table.Tr key={row.id}>
          <Table.Td>
            <RelativeTime at={row.at} />
          </Table.Td>
          <Table.Td fw={600}>
            {row.unitId} {row.from ?? '–'} → {row.to}
          </Table.Td>
          <Table.Td>{row.reason}</Table.Td>
          <Table.Td>{row.actor}</Table.Td>
          <Table.Td>{row.planId ? <Link href={`/plans/${row.planId}`}>{row.planId}</Link> : '–'}</Table.Td>
        </Table.Tr>
      ))}
    </Section>
  );
}

function RemoveTenant({ tenant }: { tenant: Tenant }) {
  const trpc = useTRPC();
  const router = useRouter();
  const mayNot = useRoleRefusal();
  const [asking, setAsking] = useState(false);
  const remove = useChange(
    trpc.tenants.remove.mutationOptions(),
    [trpc.tenants.list.pathFilter(), trpc.tenants.counts.pathFilter()],
    () => router.push('/tenants'),
  );
  const confirmation = removal(
    `Remove ${tenant.tenantId}`,
    'It disappears from the lists and can no longer be planned. Its instances are not touched, and its history stays. Its secrets and what is on record that it runs go: importing it again lets it begin anew.',
    () => refusalOf(remove.mutateAsync({ tenantId: tenant.tenantId })),
  );
  return (
    <>
      <ActionButton
        variant="default"
        refusal={mayNot ?? (tenant.busyIn ? `It is busy in ${tenant.busyIn}.` : null)}
        onClick={() => setAsking(true)}
      >
        Remove tenant
      </ActionButton>
      <ConfirmDialog confirmation={asking ? confirmation : null} onClose={() => setAsking(false)} />
    </>
  );
}
