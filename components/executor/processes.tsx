'use client';

import { Badge } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { NameAndMore } from '@/components/table/name-and-more';
import { Section } from '@/components/table/section';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';

type Process = Outputs['executor']['nodes']['nodes'][number];

/** The processes that reported of late. */
export function Processes({ nodes }: { nodes: readonly Process[] | undefined }) {
  const t = useTranslations('executor.processes');
  const columns = useMemo((): Column<Process>[] => {
    const state = ({ alive, executing }: Process) =>
      t(`states.${!alive ? 'silent' : executing ? 'executing' : 'answersOnly'}`);
    return [
      {
        id: 'process',
        name: t('process'),
        fixed: true,
        track: 'minmax(0, 1.6fr)',
        value: ({ host, pid }) => `${host} ${pid}`,
        cell: ({ host, pid }) => <NameAndMore name={host} more={t('pid', { pid: String(pid) })} />,
      },
      {
        id: 'state',
        name: t('state'),
        value: state,
        cell: (node) => (
          <Badge variant="default" miw="fit-content">
            {state(node)}
          </Badge>
        ),
      },
      {
        id: 'tasks',
        name: t('tasks'),
        value: ({ active }) => active,
        cell: ({ active, slots }) => t('ofSlots', { active, slots }),
      },
      {
        id: 'beat',
        name: t('beat'),
        value: ({ beatAt }) => new Date(beatAt),
        cell: ({ beatAt }) => <RelativeTime at={beatAt} />,
      },
      {
        id: 'started',
        name: t('started'),
        value: ({ startedAt }) => new Date(startedAt),
        cell: ({ startedAt }) => <RelativeTime at={startedAt} />,
      },
    ];
  }, [t]);
  return (
    <Section title={t('title')}>
      <DataTable
        name="processes"
        label={t('title')}
        columns={columns}
        rows={nodes ?? NONE}
        keyOf={({ nodeId }) => nodeId}
        pending={nodes === undefined}
        empty={t('none')}
      />
    </Section>
  );
}

const NONE: readonly Process[] = [];
