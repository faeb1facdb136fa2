'use client';

import { Badge, Group, Table } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { NameCell } from '@/components/ui/name-cell';
import { RowAction } from '@/components/ui/row-action';
import type { SettingKey, SettingLayer } from '@/domain/settings';
import type { Outputs } from '@/server/api/router';
import { LAYER_NAMES, otherLayers, SETTINGS } from './setting-words';

const SettingEdit = dynamic(() => import('./setting-edit').then((module) => module.SettingEdit));

type Row = Outputs['settings']['get'][number];

/** Values that hold, each with where it comes from, what the other layers say, and a way to set or take back its own. */
export function SettingRows(props: {
  rows: readonly Row[];
  /** The layer that is edited here. */
  layer: SettingLayer;
  refusal: string | null;
  /** Null takes the value back. Resolves to null, or to the reason it was refused. */
  save: (key: SettingKey, value: string | number | null) => Promise<string | null>;
}) {
  const [editing, setEditing] = useState<SettingKey | null>(null);
  return props.rows.map((row) => {
    const { name, hint } = SETTINGS[row.key];
    const own = row.layers[props.layer] !== undefined;
    return (
      <Table.Tr key={row.key}>
        <NameCell name={name} below={hint} />
        {editing === row.key ? (
          <Table.Td colSpan={3}>
            <SettingEdit row={row} save={props.save} onDone={() => setEditing(null)} />
          </Table.Td>
        ) : (
          <>
            <Table.Td>
              <Group gap="sm" wrap="nowrap">
                <b>{row.value}</b>
                <Badge variant={own ? 'light' : 'default'} miw="fit-content">
                  {LAYER_NAMES[row.source]}
                </Badge>
              </Group>
            </Table.Td>
            <Table.Td c="dimmed">{otherLayers(row.layers, row.source) || '–'}</Table.Td>
            <Table.Td ta="right">
              <Group gap={6} justify="flex-end" wrap="nowrap">
                {own && (
                  <RowAction
                    word="Take back"
                    of={name}
                    refusal={props.refusal}
                    onClick={() => void props.save(row.key, null)}
                  />
                )}
                <RowAction word="Set" of={name} refusal={props.refusal} onClick={() => setEditing(row.key)} />
              </Group>
            </Table.Td>
          </>
        )}
      </Table.Tr>
    );
  });
}
