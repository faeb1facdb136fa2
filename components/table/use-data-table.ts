'use client';

import {
  type ColumnSort,
  columnVisibilityFeature,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import { useColumnChoice } from './column-choice';
import type { Column, Sort } from './columns';
import { compareValues } from './compare';

const FEATURES = tableFeatures({
  columnVisibilityFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

/** The order a server reads a list in, which alone can order what is not all here. */
export interface ServerSort {
  columns: readonly string[];
  now: Sort | null;
  onChange: (sort: Sort | null) => void;
}

/** What a table shows of its rows: which columns, in which order. */
export function useDataTable<Row extends RowData>(props: {
  name: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** All rows are here. */
  whole: boolean;
  serverSort?: ServerSort | undefined;
}) {
  const { columns, keyOf, whole, serverSort } = props;
  const [ownSort, setOwnSort] = useState<Sort | null>(null);
  const choice = useColumnChoice(props.name, columns);
  const sort = serverSort ? serverSort.now : whole ? ownSort : null;
  const definitions = useMemo(
    () =>
      columns.map(({ id, value }) => ({
        id,
        accessorFn: (row: Row) => value?.(row) ?? null,
        sortFn: (a: { original: Row }, b: { original: Row }) =>
          compareValues(value?.(a.original) ?? null, value?.(b.original) ?? null),
      })),
    [columns],
  );
  const sorting = useMemo((): ColumnSort[] => (sort ? [{ id: sort.id, desc: sort.descending }] : []), [sort]);
  const table = useTable({
    features: FEATURES,
    columns: definitions,
    data: props.rows,
    getRowId: keyOf,
    manualSorting: serverSort !== undefined,
    state: { sorting, columnVisibility: choice.shown },
  });
  const sortable = (column: Column<Row>) =>
    serverSort ? serverSort.columns.includes(column.id) : whole && column.value !== undefined;
  return {
    /** In their order. */
    rows: table.getRowModel().rows.map(({ original }) => original),
    columns: columns.filter(({ id }) => choice.shown[id]),
    choice,
    sort,
    sortable,
    /** Up, then down, then as it came. */
    sortBy: (id: string) => {
      const next =
        sort?.id !== id ? { id, descending: false } : sort.descending ? null : { id, descending: true };
      (serverSort?.onChange ?? setOwnSort)(next);
    },
  };
}
