'use client';

import { Checkbox, Skeleton, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type ClipboardEvent,
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useRef,
} from 'react';
import { useTranslations } from 'use-intl';
import { type Part, ShowMore } from '@/components/ui/show-more';
import type { Column, Selection } from './columns';
import { cellText, rowsText } from './copied';
import classes from './data-table.module.css';
import { TableHead } from './table-head';
import { type ServerSort, useDataTable } from './use-data-table';
import { useRowKeys } from './use-row-keys';

/** From so many rows on, only those exist that are in view. */
const MANY = 60;
const ROW_HEIGHT = 46;
const SKELETON_ROWS = 6;

/** What a mouse click in a row means for itself. */
const CONTROLS = 'a, button, input, select, label, [role="menuitem"]';

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
  const { label, keyOf, onOpen, selection, more, below, pending = false } = props;
  const t = useTranslations('table');
  const scroller = useRef<HTMLElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const whole = !more || more.list.more === null;
  const table = useDataTable({ ...props, whole });
  const { rows, columns } = table;
  const keys = rows.map(keyOf);
  const virtual = props.maxHeight !== undefined && rows.length > MANY;
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (place) => keys[place] ?? place,
    overscan: 12,
  });
  const inView = virtualizer.getVirtualItems();
  const places = virtual ? inView.map(({ index }) => index) : rows.map((_, place) => place);
  useMoreAtEnd(virtual ? (inView.at(-1)?.index ?? 0) : 0, rows.length, virtual ? more?.list : undefined);

  const rowAt = (place: number, then: (row: Row) => void) => {
    const row = rows[place];
    if (row) then(row);
  };
  const keyboard = useRowKeys({
    body,
    keys,
    reveal: (place) => virtual && virtualizer.scrollToIndex(place),
    onOpen: onOpen && ((place) => rowAt(place, onOpen)),
    onToggle: selection && ((place) => rowAt(place, selection.toggle)),
  });
  const tabStop = keyboard.active ?? keys[places[0] ?? 0];

  const say = (count: number) => notifications.show({ message: t('copied', { count }), autoClose: 2000 });
  const onCopy = (event: ClipboardEvent<HTMLTableSectionElement>) => {
    const { target } = event;
    if (!window.getSelection()?.isCollapsed || !(target instanceof HTMLElement) || target.closest('input'))
      return;
    const place = keys.indexOf(target.closest('tr')?.dataset.key ?? '');
    const row = rows[place];
    if (!row) return;
    const chosen = selection ? rows.filter(selection.chosen) : [];
    const cell = target.closest('td')?.dataset.column;
    const column = columns.find(({ id }) => id === cell);
    const asRows = chosen.length > 0 ? chosen : [row];
    const text = column?.value ? cellText(column.value(row)) : rowsText(columns, asRows);
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
    say(column?.value ? 0 : asRows.length);
  };

  const [first, last] = [inView[0], inView.at(-1)];
  const padding: CSSProperties = virtual
    ? { paddingTop: first?.start ?? 0, paddingBottom: virtualizer.getTotalSize() - (last?.end ?? 0) }
    : {};
  const tracks = columns.map(({ track }) => track ?? 'minmax(0, 1fr)');
  const total = more?.list.total ?? rows.length;
  const nothing = !pending && rows.length === 0;
  return (
    <>
      <section
        ref={scroller}
        className={classes.frame}
        data-scrolls={props.maxHeight !== undefined || undefined}
        style={{ maxHeight: props.maxHeight }}
        aria-label={label}
        aria-busy={pending}
      >
        {pending && <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>}
        {nothing ? (
          <div className={classes.empty}>{props.empty}</div>
        ) : (
          <table
            // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are gone through by keyboard.
            role="grid"
            className={classes.table}
            style={{ '--tracks': [...(selection ? ['28px'] : []), ...tracks].join(' ') } as CSSProperties}
            aria-label={label}
            aria-rowcount={total + 1}
          >
            <TableHead
              all={props.columns}
              table={table}
              selection={selection}
              onCopy={() => {
                void navigator.clipboard.writeText(rowsText(columns, rows)).then(() => say(rows.length));
              }}
            />
            {/* The keys and what is copied are those of the rows in it. */}
            <tbody ref={body} style={padding} onKeyDown={keyboard.onKeyDown} onCopy={onCopy}>
              {pending && rows.length === 0 && (
                <Bones columns={columns} selection={selection !== undefined} />
              )}
              {places.map((place) => {
                const row = rows[place];
                if (!row) return null;
                const key = keyOf(row);
                const under = below?.(row);
                return (
                  <tr
                    key={key}
                    ref={virtual ? virtualizer.measureElement : undefined}
                    data-index={place}
                    data-key={key}
                    data-marked={props.marked?.(row) || undefined}
                    data-opens={onOpen !== undefined || undefined}
                    aria-rowindex={place + 2}
                    aria-selected={selection?.chosen(row)}
                    tabIndex={key === tabStop ? 0 : -1}
                    onFocus={() => keyboard.onFocus(key)}
                    onClick={onOpen && ((event) => isOfRow(event) && onOpen(row))}
                  >
                    {selection && (
                      <td className={classes.choice} tabIndex={-1}>
                        <Checkbox
                          size="xs"
                          iconColor="var(--mantine-primary-color-contrast)"
                          checked={selection.chosen(row)}
                          onChange={() => selection.toggle(row)}
                          aria-label={t('select', { name: selection.nameOf(row) })}
                        />
                      </td>
                    )}
                    {columns.map((column) => (
                      <Cell key={column.id} column={column}>
                        {column.cell(row)}
                      </Cell>
                    ))}
                    {under && (
                      <td className={classes.below} tabIndex={-1}>
                        {under}
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
      </section>
      {more && <ShowMore list={more.list} what={more.what} />}
    </>
  );
}

function Cell<Row>({ column, children }: { column: Column<Row>; children: ReactNode }) {
  return (
    <td
      tabIndex={-1}
      data-column={column.id}
      data-fixed={column.fixed}
      data-wide={column.wide}
      data-right={column.right}
    >
      {column.name !== '' && !column.fixed && (
        <span className={classes.label} aria-hidden="true">
          {column.name}
        </span>
      )}
      <div className={classes.value}>{children}</div>
    </td>
  );
}

/** Rows in the shape of those that come. */
function Bones<Row>({ columns, selection }: { columns: readonly Column<Row>[]; selection: boolean }) {
  return Array.from({ length: SKELETON_ROWS }, (_, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same, and never change.
    <tr key={place}>
      {selection && <td className={classes.choice} />}
      {columns.map((column) => (
        <td key={column.id} data-fixed={column.fixed} data-wide={column.wide}>
          {column.name !== '' && <Skeleton height={12} width={`${50 + ((place * 17) % 35)}%`} />}
        </td>
      ))}
    </tr>
  ));
}

/** Of a list that scrolls by itself the next page comes while its end is near. */
function useMoreAtEnd(last: number, count: number, list: Part | undefined): void {
  const onEnd = list?.failed ? null : (list?.more ?? null);
  useEffect(() => {
    if (last >= count - 1) onEnd?.();
  }, [last, count, onEnd]);
}

/** Not of a control in it, and not the end of selecting text. */
function isOfRow({ target }: MouseEvent): boolean {
  return target instanceof Element && !target.closest(CONTROLS) && Boolean(getSelection()?.isCollapsed);
}
