'use client';

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Listed } from '@/components/api/pages';
import rows from '@/components/table/row-list.module.css';
import type { PlanItem } from './plan-item';
import { PlanRow, type UnderWay } from './plan-row';

const ABOUT_AS_HIGH = 86;
/** With so many rows left below, the next page is asked for. */
const AHEAD = 10;

/** All plans down to the oldest; only those near the screen exist, and more are fetched while one scrolls. */
export function PlanRows(props: { listed: Listed<PlanItem>; underWay: ReadonlyMap<string, UnderWay> }) {
  const { listed, underWay } = props;
  const t = useTranslations('plans');
  const list = useRef<HTMLUListElement>(null);
  const [offset, setOffset] = useState(0);
  const { items, more, failed } = listed;
  const shown = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ABOUT_AS_HIGH,
    overscan: 8,
    scrollMargin: offset,
    getItemKey: (index) => items[index]?.planId ?? index,
  });
  // A banner above it comes and goes.
  useEffect(() => {
    const top = list.current ? list.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(top - offset) > 1) setOffset(top);
  });
  const last = shown.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (!failed && last >= items.length - AHEAD) more?.();
  }, [last, items.length, more, failed]);
  return (
    <ul
      ref={list}
      className={rows.list}
      aria-label={t('title')}
      style={{ position: 'relative', height: shown.getTotalSize() }}
    >
      {shown.getVirtualItems().map((row) => {
        const plan = items[row.index];
        if (!plan) return null;
        return (
          <PlanRow
            key={row.key}
            plan={plan}
            underWay={underWay.get(plan.planId)}
            slot={{
              ref: shown.measureElement,
              'data-index': row.index,
              'aria-posinset': row.index + 1,
              'aria-setsize': listed.total ?? items.length,
              style: {
                position: 'absolute',
                top: 0,
                left: 0,
                right: 0,
                transform: `translateY(${row.start - offset}px)`,
              },
            }}
          />
        );
      })}
    </ul>
  );
}
