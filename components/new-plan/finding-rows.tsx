'use client';

import type { ReactNode } from 'react';
import { useSay } from '@/components/i18n/said';
import { VirtualRows } from '@/components/table/virtual-rows';
import classes from './new-plan.module.css';

export interface Finding {
  key: string;
  tenantId: string;
  said: string;
}

/** What was found about tenants, each behind the mark of its kind where there are several. */
export function FindingRows<Row extends Finding>(props: {
  label: string;
  rows: readonly Row[];
  maxHeight: string;
  className: string | undefined;
  mark?: (row: Row) => ReactNode;
}) {
  const say = useSay();
  return (
    <VirtualRows
      label={props.label}
      items={props.rows}
      rowHeight={48}
      maxHeight={props.maxHeight}
      keyOf={(row) => row.key}
    >
      {(row) => (
        <div className={props.className}>
          {props.mark?.(row)}
          <span className={classes.who} title={row.tenantId}>
            {row.tenantId}
          </span>
          <span className={classes.what} title={say(row.said)}>
            {say(row.said)}
          </span>
        </div>
      )}
    </VirtualRows>
  );
}
