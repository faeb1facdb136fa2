'use client';

import { Paper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { useLocale } from 'use-intl';
import { useDatabaseClock, usePlanSnapshot } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import { Lane } from './lane';
import { ticks, timeAxis } from './time-axis';
import classes from './timeline.module.css';

/** One lane for each task shown; only those near the viewport exist. */
export function Timeline(props: { taskIds: readonly string[]; failed: number }) {
  const { failed } = props;
  const [held, setHeld] = useState<{ ids: readonly string[]; failed: number } | null>(null);
  // Nothing may slip away from under the pointer, except for news of a failure.
  const holds = held !== null && held.failed === failed && held.ids.length === props.taskIds.length;
  const taskIds = holds ? held.ids : props.taskIds;
  const snapshot = usePlanSnapshot();
  const now = useDatabaseClock();
  const locale = useLocale();
  const card = useMediaQuery('(max-width: 767.98px)') ?? false;
  const axis = timeAxis(snapshot, now);
  const list = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // What stands above the list changes its height with the news, so its place is read again after each of them.
  useLayoutEffect(() => {
    const top = list.current ? Math.round(list.current.getBoundingClientRect().top + window.scrollY) : 0;
    if (top !== scrollMargin) setScrollMargin(top);
  });
  const virtualizer = useWindowVirtualizer({
    count: taskIds.length,
    estimateSize: () => (card ? 112 : 45),
    overscan: 6,
    scrollMargin,
    getItemKey: (index) => taskIds[index] ?? index,
  });

  if (taskIds.length === 0) {
    return (
      <Paper withBorder p="lg">
        <Text c="dimmed">No task matches. Take away a filter to see more.</Text>
      </Paper>
    );
  }
  const grid = card
    ? { role: 'feed', 'aria-label': 'Tasks' }
    : { role: 'table', 'aria-label': 'Timeline', 'aria-rowcount': taskIds.length };
  return (
    <Paper
      withBorder
      className={classes.timeline}
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') setHeld({ ids: taskIds, failed });
      }}
      onPointerLeave={() => setHeld(null)}
    >
      {!card && (
        <div className={classes.axis} aria-hidden="true">
          <div className={classes.scale}>
            {ticks(axis).map((at) => (
              <span key={at}>{at === 0 ? '0' : formatDuration(at, locale)}</span>
            ))}
          </div>
        </div>
      )}
      <div ref={list} {...grid} className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <div
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            role="presentation"
            className={classes.place}
            style={{ transform: `translateY(${item.start - scrollMargin}px)` }}
          >
            <Lane
              taskId={taskIds[item.index] ?? ''}
              axisFrom={axis.from}
              axisTo={axis.to}
              card={card}
              rowIndex={item.index + 1}
              shown={taskIds}
            />
          </div>
        ))}
      </div>
    </Paper>
  );
}
