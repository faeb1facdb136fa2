'use client';

import { Checkbox } from '@mantine/core';
import { type ClipboardEvent, type MouseEvent, type ReactNode, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Column, Selection } from './columns';
import { cellText, rowsText } from './copied';
import classes from './data-table.module.css';
import type { RowWindow } from './row-window';
import { useRowKeys } from './use-row-keys';

/** What a mouse click in a row means for itself. */
const CONTROLS = 'a, button, input, select, label, [role="menuitem"]';

/** The rows of a table that exist: gone through by keyboard, chosen, opened and copied. */
export function TableBody<Row extends object>(props: {
  rows: readonly Row[];
  keys: readonly string[];
  columns: readonly Column<Row>[];
  window: RowWindow;
  selection: Selection<Row> | undefined;
  onOpen: ((row: Row) => void) | undefined;
  marked: ((row: Row) => boolean) | undefined;
  below: ((row: Row) => ReactNode) | undefined;
  /** Told of how many rows were copied, none where it was a cell. */
  onCopied: (count: number) => void;
}) {
  const { rows, keys, columns, selection, onOpen, below } = props;
  const { places, padding, measure, reveal } = props.window;
  const t = useTranslations('table');
  const body = useRef<HTMLTableSectionElement>(null);
  const rowAt = (place: number, then: (row: Row) => void) => {
    const row = rows[place];
    if (row) then(row);
  };
  const keyboard = useRowKeys({
    body,
    keys,
    reveal,
    onOpen: onOpen && ((place) => rowAt(place, onOpen)),
    onToggle: selection && ((place) => rowAt(place, selection.toggle)),
  });
  const tabStop = keyboard.active ?? keys[places[0] ?? 0];

  const onCopy = (event: ClipboardEvent<HTMLTableSectionElement>) => {
    const { target } = event;
    if (!getSelection()?.isCollapsed || !(target instanceof HTMLElement) || target.closest('input')) return;
    const row = rows[keys.indexOf(target.closest('tr')?.dataset.key ?? '')];
    if (!row) return;
    const chosen = selection ? rows.filter(selection.chosen) : [];
    const told = columns.find(({ id }) => id === target.closest('td')?.dataset.column)?.value;
    const asRows = chosen.length > 0 ? chosen : [row];
    event.clipboardData.setData('text/plain', told ? cellText(told(row)) : rowsText(columns, asRows));
    event.preventDefault();
    props.onCopied(told ? 0 : asRows.length);
  };

  return (
    <tbody ref={body} style={padding} onKeyDown={keyboard.onKeyDown} onCopy={onCopy}>
      {places.map((place) => {
        const row = rows[place];
        const key = keys[place];
        if (!row || key === undefined) return null;
        const under = below?.(row);
        return (
          <tr
            key={key}
            ref={measure}
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

/** Not of a control in it, and not the end of selecting text. */
function isOfRow({ target }: MouseEvent): boolean {
  return target instanceof Element && !target.closest(CONTROLS) && Boolean(getSelection()?.isCollapsed);
}
