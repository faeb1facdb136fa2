'use client';

import { NativeSelect, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { DiffView } from '@/components/ui/diff-view';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { Problem } from '@/components/ui/problem';
import { tenants } from '@/components/ui/tenant-count';
import type { Draft } from './draft';
import classes from './new-plan.module.css';

/** Step 2: what they are switched to, and what that changes for them. */
export function VersionStep(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { draft, change } = props;
  const trpc = useTRPC();
  const units = useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const all = useWhole(units) ?? [];
  const unit = all.find((one) => one.unitId === draft.unitId);
  const { unitId } = draft;
  const versions = useInfiniteQuery(
    trpc.versions.ofUnit.infiniteQueryOptions(
      { unitId, limit: 1000 },
      { enabled: unitId !== '', getNextPageParam: nextOf },
    ),
  );
  const every = useWhole(versions) ?? [];
  const failed = units.error ?? versions.error;
  const only = all.length === 1 ? all[0]?.unitId : undefined;

  useEffect(() => {
    // With one unit there is nothing to decide.
    if (only && draft.unitId !== only) change({ unitId: only, version: '' });
  });

  if (failed) return <Problem title="The versions could not be read">{errorText(failed)}</Problem>;
  if (units.isPending) return <Skeleton height={64} radius="md" />;
  if (all.length === 0) {
    return (
      <EmptyState
        title="No versions yet"
        actions={<LinkAction href="/versions">Create a version</LinkAction>}
      >
        A version is the configuration tenants are switched to. Create one first; this draft waits for you.
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      <div className={classes.fields}>
        <NativeSelect
          label="Unit"
          value={draft.unitId}
          onChange={(event) => change({ unitId: event.currentTarget.value, version: '' })}
          data={[
            { value: '', label: 'Choose what to switch', disabled: true },
            ...all.map((one) => ({ value: one.unitId, label: one.name })),
          ]}
        />
        <NativeSelect
          label="Version"
          value={draft.version}
          onChange={(event) => change({ version: event.currentTarget.value })}
          disabled={!unit}
          data={[
            { value: '', label: 'Choose a version', disabled: true },
            ...every.map((one) => ({
              value: one.version,
              label: `${one.version}${one.note ? ` – ${one.note}` : ''}`,
            })),
          ]}
        />
      </div>
      {unit && draft.version && <Changes draft={draft} />}
    </Stack>
  );
}

/** One card for each version the chosen tenants run now. */
function Changes({ draft }: { draft: Draft }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { unitId, version, tenantIds } = draft;
  const target = useQuery(trpc.versions.get.queryOptions({ unitId, version }));
  const current = useQuery({
    queryKey: ['versions-of-chosen-tenants', unitId, tenantIds],
    queryFn: () => client.versions.current.mutate({ unitId, tenantIds }),
    staleTime: 0,
  });
  const failed = target.error ?? current.error;
  if (failed) return <Problem title="The changes could not be read">{errorText(failed)}</Problem>;
  if (!target.data || !current.data) return <Skeleton height={120} radius="md" />;

  const already = current.data.find((one) => one.version === version)?.tenants ?? 0;
  const groups = current.data.filter((one) => one.version !== version);
  return (
    <Stack gap="md">
      <Title order={2}>What changes</Title>
      {already > 0 && (
        <Text c="dimmed">
          {tenants(already)} already {already === 1 ? 'runs' : 'run'} {version}. The review offers to leave{' '}
          {already === 1 ? 'it' : 'them'} out.
        </Text>
      )}
      {groups.map((group) => (
        <Paper key={group.version ?? 'none'} withBorder p="md">
          <Stack gap="xs">
            <Text fw={600}>
              {tenants(group.tenants)}: {group.version ?? 'nothing on record'} → {version}
            </Text>
            {group.payload === null ? (
              <Text c="dimmed">
                {group.version === null || group.version === 'unknown'
                  ? 'What they run now is not known, so there is nothing to compare with.'
                  : `The configuration of ${group.version} is not stored here, so there is nothing to compare with.`}
              </Text>
            ) : (
              <DiffView
                before={group.payload}
                after={target.data.payload}
                label={`Changes from ${group.version} to ${version}`}
              />
            )}
          </Stack>
        </Paper>
      ))}
    </Stack>
  );
}
