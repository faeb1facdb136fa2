'use client';

import { Badge, Group } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { NameAndMore } from '@/components/table/name-and-more';
import { RowActions } from '@/components/table/row-actions';
import { RowAction } from '@/components/ui/row-action';
import type { SettingKey, SettingLayer } from '@/domain/settings';
import type { Outputs } from '@/server/api/router';

const SettingEdit = dynamic(() => import('./setting-edit').then((module) => module.SettingEdit));

type Row = Outputs['settings']['get'][number];

/** Values that hold, each with where it comes from, what the other layers say, and a way to set or take back its own. */
export function SettingRows(props: {
  name: string;
  label: string;
  rows: readonly Row[] | undefined;
  /** The layer that is edited here. */
  layer: SettingLayer;
  refusal: string | null;
  /** Null takes the value back. Resolves to null, or to the reason it was refused. */
  save: (key: SettingKey, value: string | number | null) => Promise<string | null>;
}) {
  const { layer, refusal, save } = props;
  const t = useTranslations('form.settings');
  const [editing, setEditing] = useState<SettingKey | null>(null);
  const columns = useMemo((): Column<Row>[] => {
    /** What the layers that lose say: "Environment 5 · Default 3". */
    const others = ({ layers, source }: Row) =>
      Object.entries(layers)
        .filter(([one]) => one !== source)
        .map(([one, value]) => `${t(`layers.${one as SettingLayer}`)} ${value}`)
        .join(' · ');
    return [
      {
        id: 'name',
        name: t('value'),
        fixed: true,
        track: 'minmax(0, 1.6fr)',
        value: ({ key }) => t(`names.${key}`),
        cell: ({ key }) => <NameAndMore name={t(`names.${key}`)} more={t(`hints.${key}`)} />,
      },
      {
        id: 'holds',
        name: t('holds'),
        value: ({ value }) => value,
        cell: ({ value, layers, source }) => (
          <Group gap="sm" wrap="nowrap">
            <b>{value}</b>
            <Badge variant={layers[layer] === undefined ? 'default' : 'light'} miw="fit-content">
              {t(`layers.${source}`)}
            </Badge>
          </Group>
        ),
      },
      { id: 'others', name: t('others'), value: others, cell: (row) => others(row) || '–' },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: ({ key, layers }) => (
          <RowActions>
            {layers[layer] !== undefined && (
              <RowAction
                word={t('takeBack')}
                of={t(`names.${key}`)}
                refusal={refusal}
                onClick={() => void save(key, null)}
              />
            )}
            <RowAction
              word={t('set')}
              of={t(`names.${key}`)}
              refusal={refusal}
              onClick={() => setEditing(key)}
            />
          </RowActions>
        ),
      },
    ];
  }, [t, layer, refusal, save]);
  return (
    <DataTable
      name={props.name}
      label={props.label}
      columns={columns}
      rows={props.rows ?? NONE}
      keyOf={({ key }) => key}
      pending={props.rows === undefined}
      empty={null}
      below={(row) =>
        row.key === editing && <SettingEdit row={row} save={save} onDone={() => setEditing(null)} />
      }
    />
  );
}

const NONE: readonly Row[] = [];
