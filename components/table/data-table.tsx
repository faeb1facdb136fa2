'use client';

import { Skeleton, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Part, ShowMore } from '@/components/ui/show-more';
import type { Column, Selection } from './columns';
import { rowsText } from './copied';
import classes from './data-table.module.css';
import { firstRows, type RowWindow } from './row-window';
import { TableBody } from './table-body';
import { TableHead } from './table-head';
import { type ServerSort, useDataTable } from './use-data-table';
import type { VirtualWindow } from './virtual-window';

/** From so many rows on, only those exist that are in view. */
const MANY = 60;
/** So many rows are seen at a glance, and need no menu. */
const FEW = 8;
const SKELETON_ROWS = 6;

/**
 * Rows and columns: sorted, by keyboard, copied as a spreadsheet takes them, cards on a phone. Which columns are shown is
 * remembered under `name`. Of many rows only those in view exist, where `maxHeight` makes the table scroll by itself.
 */
export function DataTable<Row extends object>(props: {
  name: string;
  /** What a screen reader calls it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The rows are not here yet. */
  pending?: boolean;
  /** Said in place of rows where there are none. */
  empty: ReactNode;
  onOpen?: (row: Row) => void;
  /** A row to be noticed. */
  marked?: (row: Row) => boolean;
  /** What belongs to a row and takes all of its width. */
  below?: (row: Row) => ReactNode;
  selection?: Selection<Row>;
  serverSort?: ServerSort;
  maxHeight?: string;
  /** Where the rows are only the first pages of a list. */
  more?: { list: Part; what: string };
}) {
  const { label, keyOf, selection, more, maxHeight, pending = false } = props;
  const t = useTranslations('table');
  const scroller = useRef<HTMLElement>(null);
  const whole = !more || more.list.more === null;
  const table = useDataTable({ ...props, whole });
  const { rows, columns } = table;
  const keys = rows.map(keyOf);
  const many = maxHeight !== undefined && rows.length > MANY;
  const Windowed = useVirtualWindow(many);
  const onCopied = (count: number) =>
    notifications.show({ message: t('copied', { count }), autoClose: 2000 });
  const body = (window: RowWindow) => (
    <TableBody
      {...{ rows, keys, columns, window, selection, onCopied }}
      onOpen={props.onOpen}
      marked={props.marked}
      below={props.below}
    />
  );
  const tracks = [...(selection ? ['28px'] : []), ...columns.map(({ track }) => track ?? 'minmax(0, 1fr)')];
  return (
    <>
      <section
        ref={scroller}
        className={classes.frame}
        data-scrolls={maxHeight !== undefined || undefined}
        style={{ maxHeight }}
        aria-label={label}
        aria-busy={pending}
      >
        {pending && <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>}
        {!pending && rows.length === 0 ? (
          <div className={classes.empty}>{props.empty}</div>
        ) : (
          <table
            // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are gone through by keyboard.
            role="grid"
            className={classes.table}
            style={{ '--tracks': tracks.join(' ') } as CSSProperties}
            aria-label={label}
            aria-rowcount={(more?.list.total ?? rows.length) + 1}
          >
            <TableHead
              all={props.columns}
              table={table}
              selection={selection}
              menu={maxHeight !== undefined || rows.length > FEW}
              onCopy={() => {
                void navigator.clipboard.writeText(rowsText(columns, rows)).then(() => onCopied(rows.length));
              }}
            />
            {pending && rows.length === 0 && <Bones columns={columns} selection={selection !== undefined} />}
            {many && Windowed ? (
              <Windowed
                scroller={scroller}
                keys={keys}
                onEnd={more && !more.list.failed ? more.list.more : null}
              >
                {body}
              </Windowed>
            ) : (
              body(firstRows(many ? MANY : rows.length))
            )}
          </table>
        )}
      </section>
      {more && <ShowMore list={more.list} what={more.what} />}
    </>
  );
}

/** What makes rows exist only while they are in view; its code comes with the first long table. */
function useVirtualWindow(needed: boolean): typeof VirtualWindow | null {
  const [loaded, setLoaded] = useState<{ VirtualWindow: typeof VirtualWindow } | null>(null);
  useEffect(() => {
    if (needed) void import('./virtual-window').then(setLoaded);
  }, [needed]);
  return loaded?.VirtualWindow ?? null;
}

/** Rows in the shape of those that come. */
function Bones<Row>({ columns, selection }: { columns: readonly Column<Row>[]; selection: boolean }) {
  return (
    <tbody>
      {Array.from({ length: SKELETON_ROWS }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same, and never change.
        <tr key={place}>
          {selection && <td className={classes.choice} />}
          {columns.map((column) => (
            <td key={column.id} data-fixed={column.fixed} data-wide={column.wide}>
              {column.name !== '' && <Skeleton height={12} width={`${50 + ((place * 17) % 35)}%`} />}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}
