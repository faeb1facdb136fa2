'use client';

import { Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed, useWhole } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { AddButton } from '@/components/ui/add-button';
import { Dialog } from '@/components/ui/dialog';
import classes from '@/components/ui/diff-view.module.css';
import { EmptyState } from '@/components/ui/empty-state';
import { laidOut } from '@/components/ui/line-diff';
import { LinkAction } from '@/components/ui/link-action';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import { tenants } from '@/components/ui/tenant-count';
import type { Outputs } from '@/server/api/router';
import { CreateVersionDialog } from './create-version-dialog';

type Unit = Outputs['versions']['list']['items'][number];

/** What can be switched, and to what. */
export function VersionsScreen() {
  const trpc = useTRPC();
  const units = useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const all = useWhole(units);
  const [creating, setCreating] = useState(false);
  const [seen, setSeen] = useState<{ unitId: string; version: string } | null>(null);
  const refusal = useRoleRefusal();
  const create = (
    <AddButton refusal={refusal} onClick={() => setCreating(true)}>
      Create version
    </AddButton>
  );
  const empty = all?.length === 0;
  return (
    <>
      <PageHeader title="Versions" actions={units.isSuccess && !empty && create} />
      {units.isError && <Problem title="The versions could not be read">{errorText(units.error)}</Problem>}
      {units.isPending && <Skeleton height={240} radius="md" />}
      {empty && (
        <EmptyState title="No versions yet" actions={create}>
          A version is one configuration of a unit, such as a gateway. It never changes: a new configuration
          is a new version.
        </EmptyState>
      )}
      <Stack gap="xl">
        {all?.map((unit) => (
          <UnitSection key={unit.unitId} unit={unit} refusal={refusal} onView={setSeen} />
        ))}
      </Stack>
      {creating && <CreateVersionDialog onClose={() => setCreating(false)} units={all ?? []} />}
      {seen && (
        <Dialog onClose={() => setSeen(null)} title={`${seen.unitId} ${seen.version}`} size="lg">
          <Payload {...seen} />
        </Dialog>
      )}
    </>
  );
}

function UnitSection(props: {
  unit: Unit;
  refusal: string | null;
  onView: (seen: { unitId: string; version: string }) => void;
}) {
  const { unit } = props;
  const { unitId } = unit;
  const trpc = useTRPC();
  const [newest, previous] = unit.versions;
  // The newest came with the unit; the others on demand.
  const [wanted, setWanted] = useState(false);
  const every = useInfiniteQuery(
    trpc.versions.ofUnit.infiniteQueryOptions(
      { unitId, limit: 500 },
      { enabled: wanted, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(every, (one) => one.version);
  const newestOnly = {
    items: unit.versions,
    total: unit.versionsTotal,
    more:
      unit.versionsTotal > unit.versions.length
        ? () => (wanted ? void every.refetch() : setWanted(true))
        : null,
    loading: every.isFetching,
    failed: every.isError,
  };
  const list = every.data ? listed : newestOnly;
  return (
    <Section
      title={
        <>
          {unit.name}{' '}
          {unit.name !== unitId && (
            <Text span c="dimmed" size="sm">
              {unitId}
            </Text>
          )}
        </>
      }
      action={
        newest &&
        previous && (
          <LinkAction
            variant="default"
            size="xs"
            href={`/versions/${unitId}/compare?from=${encodeURIComponent(previous.version)}&to=${encodeURIComponent(newest.version)}`}
          >
            Compare versions
          </LinkAction>
        )
      }
      empty={false}
      more={{ list, what: 'versions' }}
      head={['Version', { name: 'Note', wide: true }, 'Runs on', { name: 'Created', wide: true }, '']}
      minWidth={300}
    >
      {list.items.map((one) => (
        <Table.Tr key={one.version}>
          <Table.Td fw={600}>{one.version}</Table.Td>
          <Table.Td visibleFrom="sm">{one.note || <Text c="dimmed">–</Text>}</Table.Td>
          <Table.Td>{tenants(one.tenants)}</Table.Td>
          <Table.Td c="dimmed" visibleFrom="sm">
            <RelativeTime at={one.createdAt} /> by {one.createdBy}
          </Table.Td>
          <Table.Td>
            <Group gap="xs" justify="flex-end" wrap="nowrap">
              <RowAction
                variant="subtle"
                word="View"
                of={`${unitId} ${one.version}`}
                onClick={() => props.onView({ unitId, version: one.version })}
              />
              <LinkAction
                variant="default"
                size="compact-sm"
                refusal={props.refusal}
                href={`/plans/new?unit=${unitId}&version=${encodeURIComponent(one.version)}`}
              >
                Roll out
              </LinkAction>
            </Group>
          </Table.Td>
        </Table.Tr>
      ))}
    </Section>
  );
}

function Payload(props: { unitId: string; version: string }) {
  const trpc = useTRPC();
  const version = useQuery(trpc.versions.get.queryOptions(props));
  if (version.isError)
    return <Problem title="The configuration could not be read">{errorText(version.error)}</Problem>;
  if (!version.data) return <Skeleton height={200} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to be scrolled with keys.
    <pre className={classes.payload} tabIndex={0}>
      {laidOut(version.data.payload)}
    </pre>
  );
}
