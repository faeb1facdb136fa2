'use client';

import { Button, Group, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import dynamic from 'next/dynamic';
import { parseAsIsoDateTime, parseAsString, useQueryStates } from 'nuqs';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useFleetRefusal, useRoleRefusal } from '@/components/session/role';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { OpenButton } from '@/components/table/open-button';
import { ActionButton } from '@/components/ui/action-button';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { WhenField } from '@/components/ui/when-field';
import classes from './audit.module.css';
import type { Entry } from './audit-entry';
import { exportAudit } from './export-audit';
import { RemovedDays } from './removed-days';

const RefusedAccess = dynamic(() => import('./refused-access').then((module) => module.RefusedAccess));
const ChainCheck = dynamic(() => import('./chain-check').then((module) => module.ChainCheck));
const AuditEntry = dynamic(() => import('./audit-entry').then((module) => module.AuditEntry));

const PAGE = 200;

/** Who did what, when and why; what was refused as well. It is about the whole fleet. */
export function AuditScreen() {
  const t = useTranslations('audit');
  const refusal = useFleetRefusal('viewer');
  if (refusal === null) return <AuditLog />;
  return (
    <>
      <PageHeader title={t('title')} />
      <Text c="dimmed">{refusal}</Text>
    </>
  );
}

function AuditLog() {
  const t = useTranslations('audit');
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
  const [looking, setLooking] = useState<'refused' | 'chain' | null>(null);
  const refusal = useRoleRefusal('admin');
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
  const columns = useAuditColumns(setOpen);
  const entries = listed.items;
  const filtered = Object.values(filter).some((value) => value !== '' && value !== null);

  async function save(kind: 'csv' | 'json') {
    setSaving(kind);
    setFailed(null);
    try {
      // On record before it is anywhere else.
      await client.audit.exported.mutate({ what: 'audit', format: kind, filter: saidOf(wanted) });
      await exportAudit(kind, {
        entries: (cursor) => client.audit.list.query({ ...wanted, cursor, limit: 1000 }),
        summaries: (cursor) => client.audit.summaries.query({ cursor, limit: 1000 }),
      });
    } catch (error) {
      setFailed(errorText(error));
    }
    setSaving(null);
  }

  return (
    <>
      <PageHeader
        title={t('title')}
        below={t('about')}
        actions={[
          ...(['refused', 'chain'] as const).map((what) => (
            <ActionButton key={what} variant="default" refusal={refusal} onClick={() => setLooking(what)}>
              {t(`${what}.open`)}
            </ActionButton>
          )),
          ...(['csv', 'json'] as const).map((kind) => (
            <Button
              key={kind}
              variant="default"
              leftSection={<Download size={15} aria-hidden="true" />}
              loading={saving === kind}
              onClick={() => void save(kind)}
            >
              {kind.toUpperCase()}
            </Button>
          )),
        ]}
      />
      <search className={classes.filters}>
        {(['actor', 'action', 'target'] as const).map((field) => (
          <TextInput
            key={field}
            label={t(field)}
            placeholder={t(`${field}Hint`)}
            value={filter[field]}
            onChange={(event) => void setFilter({ [field]: event.currentTarget.value || null })}
            spellCheck={false}
          />
        ))}
        <WhenField
          label={t('from')}
          description=""
          value={filter.from}
          onChange={(from) => void setFilter({ from })}
        />
        <WhenField
          label={t('to')}
          description=""
          value={filter.to}
          onChange={(to) => void setFilter({ to })}
        />
      </search>
      {looking === 'refused' && <RefusedAccess onClose={() => setLooking(null)} />}
      {looking === 'chain' && <ChainCheck onClose={() => setLooking(null)} />}
      <RemovedDays />
      {failed && <Problem title={t('notSaved')}>{failed}</Problem>}
      {log.isError && <Problem title={t('unread')}>{errorText(log.error)}</Problem>}
      {!log.isError && (
        <DataTable
          name="audit"
          label={t('log')}
          columns={columns}
          rows={entries}
          keyOf={({ id }) => String(id)}
          pending={log.isPending}
          empty={
            <Group gap="sm">
              {t(filtered ? 'noneFits' : 'none')}
              {filtered && (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() =>
                    void setFilter({ actor: null, action: null, target: null, from: null, to: null })
                  }
                >
                  {t('everything')}
                </Button>
              )}
            </Group>
          }
          onOpen={setOpen}
          marked={({ action }) => action.endsWith('.refused')}
          maxHeight="calc(100dvh - 270px)"
          more={{ list: listed, what: t('what') }}
        />
      )}
      {open && <AuditEntry entry={open} onClose={() => setOpen(null)} />}
    </>
  );
}

/** What the log tells of each command. */
function useAuditColumns(onOpen: (entry: Entry) => void): readonly Column<Entry>[] {
  const t = useTranslations('audit');
  return useMemo(
    (): Column<Entry>[] => [
      {
        id: 'action',
        name: t('action'),
        fixed: true,
        track: 'minmax(0, 1.2fr)',
        value: ({ action }) => action,
        cell: (entry) => <OpenButton onOpen={() => onOpen(entry)}>{entry.action}</OpenButton>,
      },
      {
        id: 'when',
        name: t('when'),
        track: '110px',
        value: ({ at }) => new Date(at),
        cell: ({ at }) => (
          <Text size="sm" c="dimmed">
            <RelativeTime at={at} />
          </Text>
        ),
      },
      { id: 'actor', name: t('actor'), value: ({ actor }) => actor, cell: ({ actor }) => actor },
      { id: 'target', name: t('target'), value: ({ target }) => target, cell: ({ target }) => target },
      {
        id: 'outcome',
        name: t('outcome'),
        track: 'minmax(0, 2.2fr)',
        wide: true,
        value: told,
        cell: (entry) => (
          // What is on record, by the names it is stored under.
          <Text size="sm" c="dimmed" truncate translate="no">
            {told(entry)}
          </Text>
        ),
      },
    ],
    [t, onOpen],
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

/** The filter in words: what is not set is left out. */
const saidOf = (filter: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined || value === null || value === ''
        ? []
        : [[name, value instanceof Date ? value.toISOString() : String(value)]],
    ),
  );
