'use client';

import { Check, CircleHelp, CircleX } from 'lucide-react';
import Link from 'next/link';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { RelativeTime } from '@/components/ui/relative-time';
import {
  instanceColumns,
  type MatrixCell,
  type MatrixRow,
  MOST_INSTANCES,
  standingOfCell,
} from './matrix-rows';
import { ROW_HEIGHT, useRowsInView } from './use-rows-in-view';
import classes from './version-matrix.module.css';

/** Tenants by their instances: what each said it runs, against what it should run. Only the rows in view exist. */
export function VersionMatrix<Row extends MatrixRow>(props: {
  label: string;
  rows: readonly Row[];
  /** How many there are in all, of which these are the first. */
  total: number;
  /** How a tenant stands besides: the head of its column, and what it has in a row. */
  state?: { name: string; of: (row: Row) => ReactNode };
  onEnd?: (() => void) | null;
}) {
  const { label, rows, state } = props;
  const t = useTranslations('matrix');
  const scroller = useRef<HTMLElement>(null);
  const columns = Array.from({ length: instanceColumns(rows) }, (_, place) => place);
  const { first, last } = useRowsInView(scroller, rows.length);
  const inView = Array.from({ length: last - first }, (_, place) => first + place);
  // Stands for the rows that do not exist.
  const padding = { paddingTop: first * ROW_HEIGHT, paddingBottom: (rows.length - last) * ROW_HEIGHT };
  const { onEnd } = props;
  useEffect(() => {
    if (last >= rows.length) onEnd?.();
  }, [last, rows.length, onEnd]);
  const tracks = [
    'minmax(150px, 1.6fr)',
    ...(state ? ['minmax(112px, 0.8fr)'] : []),
    'minmax(64px, 0.6fr)',
    ...columns.map(() => 'minmax(92px, 1fr)'),
    'minmax(96px, 0.7fr)',
  ];
  return (
    <section
      ref={scroller}
      className={classes.scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to be scrolled with keys.
      tabIndex={0}
      aria-label={label}
    >
      <table
        className={classes.table}
        style={{ '--tracks': tracks.join(' ') } as CSSProperties}
        aria-rowcount={props.total + 1}
        aria-label={label}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{t('tenant')}</th>
            {state && <th scope="col">{state.name}</th>}
            <th scope="col">{t('expected')}</th>
            {columns.map((place) => (
              <th key={place} scope="col">
                {t('instance', { number: place + 1 })}
              </th>
            ))}
            <th scope="col">{t('asked')}</th>
          </tr>
        </thead>
        <tbody style={padding}>
          {inView.map((index) => {
            const row = rows[index];
            return (
              row && <Row key={row.key} row={row} index={index} columns={columns} state={state?.of(row)} />
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Row(props: { row: MatrixRow; index: number; columns: readonly number[]; state: ReactNode }) {
  const { row, index, columns, state } = props;
  const t = useTranslations('matrix');
  return (
    <tr aria-rowindex={index + 2}>
      <th scope="row">
        <Link prefetch={false} href={row.href} className={classes.name}>
          <bdi>{row.name}</bdi>
        </Link>
        {row.name !== row.tenantId && <span className={classes.id}>{row.tenantId}</span>}
      </th>
      {state !== undefined && (
        <td>
          <span className={classes.state}>{state}</span>
        </td>
      )}
      <td>{row.expected ?? '—'}</td>
      {columns.map((column) => (
        <td key={column}>
          <Cell row={row} column={column} />
        </td>
      ))}
      <td className={classes.asked}>{row.at === null ? t('never') : <RelativeTime at={row.at} />}</td>
    </tr>
  );
}

function Cell({ row, column }: { row: MatrixRow; column: number }) {
  const t = useTranslations('matrix');
  const cell = row.instances[column];
  if (!cell) return null;
  const others = row.instances.length - MOST_INSTANCES;
  return (
    <>
      <Observed cell={cell} expected={row.expected} />
      {column === MOST_INSTANCES - 1 && others > 0 && (
        <span className={classes.others}>{t('others', { count: others })}</span>
      )}
    </>
  );
}

const LOOKS = { differs: CircleX, silent: CircleHelp, asExpected: Check, unasked: CircleHelp } as const;

function Observed({ cell, expected }: { cell: MatrixCell; expected: string | null }) {
  const t = useTranslations('matrix');
  const say = useSay();
  const standing = standingOfCell(cell, expected);
  const Icon = LOOKS[standing];
  return (
    <span
      className={classes.cell}
      data-standing={standing}
      title={[cell.instance, t(`standing.${standing}`), say(cell.detail)].filter(Boolean).join(' · ')}
    >
      <Icon size={14} aria-hidden="true" />
      <span className={classes.version}>{cell.observed ?? t('unknown')}</span>
    </span>
  );
}
