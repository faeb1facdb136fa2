'use client';

import {
  Button,
  Checkbox,
  FileButton,
  Group,
  Modal,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ClipboardPaste, Search, Upload } from 'lucide-react';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { tenants as countTenants } from '@/components/plans/plan-row';
import { hasLabels, LabelFilter } from '@/components/tenant/label-filter';
import { labelText } from '@/components/tenant/label-text';
import table from '@/components/tenant/tenant-table.module.css';
import { VirtualRows } from '@/components/tenant/virtual-rows';
import { EmptyState } from '@/components/ui/empty-state';
import type { Outputs } from '@/server/api/router';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { Problem } from './problem';
import { idsInCsv, idsInText } from './read-ids';

type TenantItem = Outputs['tenants']['list'][number];

/** Step 1: who is switched. */
export function TenantsStep(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const trpc = useTRPC();
  const list = useQuery(trpc.tenants.list.queryOptions({ limit: 10_000 }));
  const [q, setQ] = useState('');
  const [labels, setLabels] = useState<string[]>([]);
  const [pasting, setPasting] = useState(false);
  const { draft, change } = props;

  const chosen = useMemo(() => new Set(draft.tenantIds), [draft.tenantIds]);
  const shown = useMemo(() => matching(list.data ?? [], q, labels), [list.data, q, labels]);
  const unknown = useMemo(() => {
    if (!list.data) return [];
    const known = new Set(list.data.map((one) => one.tenantId));
    return draft.tenantIds.filter((id) => !known.has(id));
  }, [list.data, draft.tenantIds]);

  const choose = (ids: readonly string[], wanted: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) wanted ? next.add(id) : next.delete(id);
    change({ tenantIds: [...next] });
  };
  const shownChosen = shown.filter((one) => chosen.has(one.tenantId)).length;
  const narrowed = q !== '' || labels.length > 0;

  if (list.isError) return <Problem title="The tenants could not be read">{errorText(list.error)}</Problem>;
  if (list.isPending) return <Skeleton height={360} radius="md" />;
  if (list.data?.length === 0 && draft.tenantIds.length === 0) {
    return (
      <EmptyState
        title="No tenants yet"
        actions={
          <Button component={Link} href="/tenants">
            Add tenants
          </Button>
        }
      >
        A plan switches tenants. Add or import them first; this draft waits for you.
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      <div className={classes.tools}>
        <TextInput
          className={table.search}
          aria-label="Search tenants"
          placeholder="Search id or name"
          leftSection={<Search size={15} aria-hidden="true" />}
          value={q}
          onChange={(event) => setQ(event.currentTarget.value)}
        />
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
              ? `Select all ${countTenants(shown.length)} shown`
              : `Select all ${countTenants(shown.length)}`
          }
          checked={shown.length > 0 && shownChosen === shown.length}
          indeterminate={shownChosen > 0 && shownChosen < shown.length}
          disabled={shown.length === 0}
          onChange={(event) =>
            choose(
              shown.map((one) => one.tenantId),
              event.currentTarget.checked,
            )
          }
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
      {list.isSuccess && shown.length === 0 ? (
        <Text c="dimmed" py="lg" ta="center">
          No tenant matches this filter.
        </Text>
      ) : (
        <VirtualRows
          label="Tenants"
          items={shown}
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
      <PasteDialog
        opened={pasting}
        onClose={() => setPasting(false)}
        onIds={(ids) => {
          choose(ids, true);
          setPasting(false);
        }}
      />
    </Stack>
  );
}

function matching(all: readonly TenantItem[], q: string, labels: readonly string[]): TenantItem[] {
  const words = q.trim().toLowerCase();
  return all.filter(
    (one) =>
      (words === '' ||
        one.tenantId.toLowerCase().includes(words) ||
        one.name.toLowerCase().includes(words)) &&
      hasLabels(one.labels, labels),
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

function PasteDialog(props: { opened: boolean; onClose: () => void; onIds: (ids: string[]) => void }) {
  const [text, setText] = useState('');
  const ids = idsInText(text);
  return (
    <Modal opened={props.opened} onClose={props.onClose} title="Paste ids">
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
          <Button
            disabled={ids.length === 0}
            onClick={() => {
              props.onIds(ids);
              setText('');
            }}
          >
            Add {ids.length} {ids.length === 1 ? 'id' : 'ids'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
