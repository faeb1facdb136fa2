'use client';

import { Button, Checkbox, FileButton, Group, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ClipboardPaste, Upload } from 'lucide-react';
import { useMemo, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { SearchField } from '@/components/table/filters';
import { LabelFilter, labelsOf } from '@/components/table/label-filter';
import { labelText } from '@/components/table/label-text';
import table from '@/components/table/tenant-table.module.css';
import { VirtualRows } from '@/components/table/virtual-rows';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { Problem } from '@/components/ui/problem';
import { ShowMore } from '@/components/ui/show-more';
import { tenants as countTenants } from '@/components/ui/tenant-count';
import type { Outputs } from '@/server/api/router';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { idsInCsv, idsInText } from './read-ids';

type TenantItem = Outputs['tenants']['list']['items'][number];

const PAGE = 500;
const NONE: string[] = [];

/** Step 1: who is switched. */
export function TenantsStep(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const trpc = useTRPC();
  const [q, setQ] = useState('');
  const [labels, setLabels] = useState<string[]>([]);
  const [pasting, setPasting] = useState(false);
  const { draft, change } = props;

  const chosen = useMemo(() => new Set(draft.tenantIds), [draft.tenantIds]);
  const [words] = useDebouncedValue(q.trim(), 200);
  const filter = { q: words || undefined, labels: labelsOf(labels) };
  const list = useInfiniteQuery(
    trpc.tenants.list.infiniteQueryOptions(
      { ...filter, limit: PAGE },
      { placeholderData: keepPreviousData, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(list, (one) => one.tenantId);
  // What is chosen at once is all that fits, not only what is loaded.
  const every = useQuery(trpc.tenants.select.queryOptions({}));
  const fitting = useQuery(trpc.tenants.select.queryOptions(filter, { placeholderData: keepPreviousData }));
  const ids = fitting.data ?? NONE;
  const unknown = useMemo(() => {
    if (!every.data) return [];
    const known = new Set(every.data);
    return draft.tenantIds.filter((id) => !known.has(id));
  }, [every.data, draft.tenantIds]);

  const choose = (ids: readonly string[], wanted: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) wanted ? next.add(id) : next.delete(id);
    change({ tenantIds: [...next] });
  };
  const idsChosen = useMemo(() => ids.filter((id) => chosen.has(id)).length, [ids, chosen]);
  const narrowed = q !== '' || labels.length > 0;
  // Not while the words are still on their way to the server: it would choose what is no longer asked for.
  const settled = fitting.isSuccess && !fitting.isPlaceholderData && words === q.trim();
  const failed = list.error ?? every.error ?? fitting.error;

  if (failed) return <Problem title="The tenants could not be read">{errorText(failed)}</Problem>;
  if (list.isPending || every.isPending) return <Skeleton height={360} radius="md" />;
  if (every.data?.length === 0 && draft.tenantIds.length === 0) {
    return (
      <EmptyState title="No tenants yet" actions={<LinkAction href="/tenants">Add tenants</LinkAction>}>
        A plan switches tenants. Add or import them first; this draft waits for you.
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      <div className={classes.tools}>
        <SearchField label="Search tenants" placeholder="Search id or name" value={q} onChange={setQ} />
        <LabelFilter value={labels} onChange={setLabels} />
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<ClipboardPaste size={15} aria-hidden="true" />}
            onClick={() => setPasting(true)}
          >
            Paste ids
          </Button>
          <FileButton
            accept=".csv,.txt,text/csv,text/plain"
            onChange={async (file) => file && choose(idsInCsv(await file.text()), true)}
          >
            {(button) => (
              <Button {...button} variant="default" leftSection={<Upload size={15} aria-hidden="true" />}>
                Upload CSV
              </Button>
            )}
          </FileButton>
        </Group>
      </div>
      <div className={classes.selectAll}>
        <Checkbox
          iconColor="var(--mantine-primary-color-contrast)"
          label={
            narrowed
              ? `Select all ${countTenants(ids.length)} that match`
              : `Select all ${countTenants(ids.length)}`
          }
          checked={ids.length > 0 && idsChosen === ids.length}
          indeterminate={idsChosen > 0 && idsChosen < ids.length}
          disabled={!settled || ids.length === 0}
          onChange={(event) => choose(ids, event.currentTarget.checked)}
        />
        {draft.tenantIds.length > 0 && (
          <Button variant="subtle" size="compact-sm" onClick={() => change({ tenantIds: [] })}>
            Clear selection
          </Button>
        )}
      </div>
      {unknown.length > 0 && (
        <Problem kind="warning">
          Not known here: {unknown.slice(0, 5).join(', ')}
          {unknown.length > 5 && ` and ${unknown.length - 5} more`}. The review counts{' '}
          {unknown.length === 1 ? 'it as an error' : 'them as errors'}.{' '}
          <Button variant="default" size="compact-xs" onClick={() => choose(unknown, false)}>
            Take {unknown.length === 1 ? 'it' : 'them'} out
          </Button>
        </Problem>
      )}
      {listed.items.length === 0 ? (
        <Text c="dimmed" py="lg" ta="center">
          No tenant matches this filter.
        </Text>
      ) : (
        <VirtualRows
          label="Tenants"
          items={listed.items}
          total={listed.total}
          onEnd={listed.failed ? null : listed.more}
          rowHeight={44}
          maxHeight="min(56vh, 620px)"
          keyOf={(one) => one.tenantId}
        >
          {(one) => (
            <Choice
              tenant={one}
              chosen={chosen.has(one.tenantId)}
              onChange={(wanted) => choose([one.tenantId], wanted)}
            />
          )}
        </VirtualRows>
      )}
      <ShowMore list={listed} what="tenants" />
      {pasting && (
        <PasteDialog
          onClose={() => setPasting(false)}
          onIds={(ids) => {
            choose(ids, true);
            setPasting(false);
          }}
        />
      )}
    </Stack>
  );
}

function Choice(props: { tenant: TenantItem; chosen: boolean; onChange: (wanted: boolean) => void }) {
  const { tenant } = props;
  const runs = tenant.units.map((unit) => `${unit.unitName} ${unit.current}`).join(' · ');
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox inside is its control.
    <label className={table.choice} data-chosen={props.chosen || undefined}>
      <Checkbox
        iconColor="var(--mantine-primary-color-contrast)"
        aria-label={tenant.tenantId}
        checked={props.chosen}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span className={table.cut}>
        <span className={table.id}>{tenant.tenantId}</span>{' '}
        {tenant.name !== tenant.tenantId && <span className={table.small}>{tenant.name}</span>}
      </span>
      <span className={`${table.cut} ${table.small} ${table.wideOnly}`}>{labelText(tenant.labels)}</span>
      <span className={`${table.cut} ${table.small}`}>
        {tenant.busyIn ? (
          <span className={table.busy}>Busy in {tenant.busyIn}</span>
        ) : (
          runs || 'Nothing on record'
        )}
      </span>
    </label>
  );
}

function PasteDialog(props: { onClose: () => void; onIds: (ids: string[]) => void }) {
  const [text, setText] = useState('');
  const ids = idsInText(text);
  return (
    <Dialog onClose={props.onClose} title="Paste ids">
      <Stack>
        <Textarea
          label="Tenant ids"
          description="Separated by spaces, commas or lines"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={6}
          maxRows={14}
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Close
          </Button>
          <Button disabled={ids.length === 0} onClick={() => props.onIds(ids)}>
            Add {ids.length} {ids.length === 1 ? 'id' : 'ids'}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
