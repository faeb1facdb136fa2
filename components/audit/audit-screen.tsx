'use client';

import { Button, Group, Skeleton, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import dynamic from 'next/dynamic';
import { parseAsIsoDateTime, parseAsString, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { VirtualRows } from '@/components/table/virtual-rows';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShowMore } from '@/components/ui/show-more';
import { WhenField } from '@/components/ui/when-field';
import classes from './audit.module.css';
import type { Entry } from './audit-entry';
import { exportAudit } from './export-audit';

const AuditEntry = dynamic(() => import('./audit-entry').then((module) => module.AuditEntry));

const PAGE = 200;

/** Who did what, when and why; what was refused as well. */
export function AuditScreen() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [filter, setFilter] = useQueryStates({
    actor: parseAsString.withDefault(''),
    action: parseAsString.withDefault(''),
    target: parseAsString.withDefault(''),
    from: parseAsIsoDateTime,
    to: parseAsIsoDateTime,
  });
  const [open, setOpen] = useState<Entry | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [saving, setSaving] = useState<'csv' | 'json' | null>(null);
  const [settled] = useDebouncedValue(filter, 250);
  const wanted = {
    actor: settled.actor.trim() || undefined,
    action: settled.action.trim() || undefined,
    target: settled.target.trim() || undefined,
    from: settled.from ?? undefined,
    to: settled.to ?? undefined,
  };
  const log = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { ...wanted, limit: PAGE },
      {
        staleTime: 0,
        getNextPageParam: nextOf,
      },
    ),
  );
  const listed = useListed(log, (entry) => entry.id);
  const entries = listed.items;
  const filtered = Object.values(filter).some((value) => value !== '' && value !== null);

  async function save(kind: 'csv' | 'json') {
    setSaving(kind);
    setFailed(null);
    try {
      await exportAudit(kind, (cursor) => client.audit.list.query({ ...wanted, cursor, limit: 1000 }));
    } catch (error) {
      setFailed(errorText(error));
    }
    setSaving(null);
  }

  return (
    <>
      <PageHeader
        title="Audit"
        below="Every command with who gave it, why, and what came of it. Nothing here can be changed."
        actions={(['csv', 'json'] as const).map((kind) => (
          <Button
            key={kind}
            variant="default"
            leftSection={<Download size={15} aria-hidden="true" />}
            loading={saving === kind}
            onClick={() => void save(kind)}
          >
            {kind.toUpperCase()}
          </Button>
        ))}
      />
      <search className={classes.filters}>
        {(['actor', 'action', 'target'] as const).map((field) => (
          <TextInput
            key={field}
            label={LABELS[field][0]}
            placeholder={LABELS[field][1]}
            value={filter[field]}
            onChange={(event) => void setFilter({ [field]: event.currentTarget.value || null })}
            spellCheck={false}
          />
        ))}
        <WhenField
          label="From"
          description=""
          value={filter.from}
          onChange={(from) => void setFilter({ from })}
        />
        <WhenField label="To" description="" value={filter.to} onChange={(to) => void setFilter({ to })} />
      </search>
      {failed && <Problem title="The download did not work">{failed}</Problem>}
      {log.isError && <Problem title="The audit log could not be read">{errorText(log.error)}</Problem>}
      {log.isPending && <Skeleton height={320} radius="md" />}
      {log.isSuccess && entries.length === 0 && (
        <Group gap="sm" py="lg">
          <Text c="dimmed">{filtered ? 'Nothing fits this filter.' : 'Nothing has been done yet.'}</Text>
          {filtered && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() =>
                void setFilter({ actor: null, action: null, target: null, from: null, to: null })
              }
            >
              Show everything
            </Button>
          )}
        </Group>
      )}
      {entries.length > 0 && (
        <>
          <div className={classes.head} aria-hidden="true">
            <span>When</span>
            <span>Who</span>
            <span>Action</span>
            <span>Target</span>
            <span>Reason and outcome</span>
          </div>
          <VirtualRows
            label="Audit log"
            items={entries}
            rowHeight={48}
            maxHeight="calc(100dvh - 290px)"
            keyOf={(entry) => String(entry.id)}
            total={listed.total}
            onEnd={listed.failed ? null : listed.more}
          >
            {(entry) => <Row entry={entry} onOpen={() => setOpen(entry)} />}
          </VirtualRows>
          <ShowMore list={listed} what="entries" />
        </>
      )}
      {open && <AuditEntry entry={open} onClose={() => setOpen(null)} />}
    </>
  );
}

const LABELS = {
  actor: ['Who', 'Part of a name'],
  action: ['Action', 'task or task.pause'],
  target: ['Target', 'PLN-12 or acme-eu'],
} as const;

function Row({ entry, onOpen }: { entry: Entry; onOpen: () => void }) {
  return (
    <button
      type="button"
      className={classes.row}
      data-refused={entry.action.endsWith('.refused') || undefined}
      onClick={onOpen}
    >
      <span className={classes.small}>
        <RelativeTime at={entry.at} />
      </span>
      <span className={classes.cut}>{entry.actor}</span>
      <b className={classes.cut}>{entry.action}</b>
      <span className={classes.cut}>{entry.target}</span>
      <span className={`${classes.cut} ${classes.last}`}>{told(entry)}</span>
    </button>
  );
}

/** The reason, and what came of it in a few words. */
function told({ reason, outcome }: Entry): string {
  const words = Object.entries(outcome)
    .filter(([key, value]) => key !== 'taskId' && key !== 'planId' && value !== null)
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
  return [reason && `“${reason}”`, words].filter(Boolean).join(' · ');
}
