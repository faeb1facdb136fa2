'use client';

import { ActionIcon, Checkbox } from '@mantine/core';
import { ArrowDown, ArrowUp, Columns3Cog } from 'lucide-react';
import { type ComponentType, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Column, Selection } from './columns';
import classes from './data-table.module.css';
import type { TableMenuProps } from './table-menu';
import type { useDataTable } from './use-data-table';

/** The heads of the columns, which sort, and the menu of the table. */
export function TableHead<Row extends object>(props: {
  all: readonly Column<Row>[];
  table: ReturnType<typeof useDataTable<Row>>;
  selection: Selection<Row> | undefined;
  /** Whether there is enough in it to choose from. */
  menu: boolean;
  onCopy: () => void;
}) {
  const { table, selection } = props;
  const { columns, sort } = table;
  const t = useTranslations('table');
  return (
    <thead>
      <tr aria-rowindex={1}>
        {selection && (
          <th className={classes.choice} scope="col">
            {/* Before there are rows nobody knows what all of them are. */}
            {table.rows.length > 0 && (
              <Checkbox
                size="xs"
                checked={selection.extent === 'all'}
                indeterminate={selection.extent === 'some'}
                onChange={selection.toggleAll}
                aria-label={t('selectAll')}
              />
            )}
          </th>
        )}
        {columns.map((column, place) => {
          const sorted = sort?.id === column.id ? sort : null;
          const Head = column.name === '' ? 'td' : 'th';
          return (
            <Head
              key={column.id}
              scope={column.name === '' ? undefined : 'col'}
              data-wide={column.wide}
              data-right={column.right}
              aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : undefined}
            >
              {table.sortable(column) ? (
                <button type="button" className={classes.sort} onClick={() => table.sortBy(column.id)}>
                  {column.name}
                  {sorted?.descending ? (
                    <ArrowDown size={13} aria-hidden="true" />
                  ) : (
                    <ArrowUp size={13} aria-hidden="true" />
                  )}
                </button>
              ) : (
                <span>{column.name}</span>
              )}
              {props.menu && place === columns.length - 1 && <Menu {...props} />}
            </Head>
          );
        })}
      </tr>
    </thead>
  );
}

/** Its code comes with the first click. */
function Menu<Row extends object>({
  all,
  table,
  onCopy,
}: Pick<Parameters<typeof TableHead<Row>>[0], 'all' | 'table' | 'onCopy'>) {
  const t = useTranslations('table');
  const [TableMenu, setTableMenu] = useState<ComponentType<TableMenuProps> | null>(null);
  const named = all.filter(({ name }) => name !== '');
  if (TableMenu)
    return (
      <TableMenu
        columns={named.map(({ id, name, fixed }) => ({
          id,
          name,
          fixed,
          shown: table.choice.shown[id] ?? true,
        }))}
        sorts={named.filter(table.sortable).map(({ id, name }) => ({ id, name }))}
        sort={table.sort}
        onShow={table.choice.choose}
        onSort={table.sortBy}
        onCopy={onCopy}
      />
    );
  const open = async () => {
    const { TableMenu: Loaded } = await import('./table-menu');
    setTableMenu(() => Loaded);
  };
  return (
    <ActionIcon
      size="sm"
      className={classes.menu}
      aria-label={t('menu')}
      aria-haspopup="menu"
      onClick={() => void open()}
    >
      <Columns3Cog size={15} aria-hidden="true" />
    </ActionIcon>
  );
}
