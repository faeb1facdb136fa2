'use client';

import { Paper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useLayoutEffect, useRef } from 'react';
import { useLocale } from 'use-intl';
import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { useDatabaseClock, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import { Lane } from './lane';
import { growOpen } from './lane-bar';
import { type TimeAxis, ticks, timeAxis } from './time-axis';
import classes from './timeline.module.css';
import { useLaneWindow } from './use-lane-window';

const ROWS: LaneHeights = { lane: 45, note: 20 };
const CARDS: LaneHeights = { lane: 113, note: 56 };

/** One lane for each task shown; only those near the viewport exist. */
export function Timeline({ order }: { order: LaneOrder }) {
  const store = usePlanStore();
  const plan = usePlanView();
  const now = useDatabaseClock();
  const card = useMediaQuery('(max-width: 767.98px)') ?? false;
  const axis = timeAxis(plan, store.lastEnd(), now);
  const { from, to } = axis;
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { lanes, height, length } = useLaneWindow(frame, order, card ? CARDS : ROWS);
  useLayoutEffect(() => {
    if (list.current) growOpen(list.current, { from, to }, now);
  }, [from, to, now]);
  const grid = card
    ? { role: 'feed', 'aria-label': 'Tasks' }
    : { role: 'table', 'aria-label': 'Timeline', 'aria-rowcount': length };
  return (
    <Paper
      withBorder
      className={classes.timeline}
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') order.hold();
      }}
      onPointerLeave={() => store.letGo()}
    >
      {!card && length > 0 && <Scale axis={axis} />}
      <div ref={frame}>
        {length === 0 ? (
          <Text p="lg" c="dimmed">
            No task matches. Take away a filter to see more.
          </Text>
        ) : (
          <div ref={list} {...grid} className={classes.list} style={{ height }}>
            {lanes.map((placed) => (
              <div
                key={placed.taskId}
                role="presentation"
                className={classes.place}
                style={{ height: placed.height, transform: `translateY(${placed.top}px)` }}
              >
                <Lane
                  taskId={placed.taskId}
                  axisFrom={from}
                  axisTo={to}
                  card={card}
                  rowIndex={placed.lane + 1}
                  order={order}
                />
              </div>
            ))}
          </div>
        )}
      </div>
    </Paper>
  );
}

function Scale({ axis }: { axis: TimeAxis }) {
  const locale = useLocale();
  return (
    <div className={classes.axis} aria-hidden="true">
      <div className={classes.scale}>
        {ticks(axis).map((at) => (
          <span key={at}>{at === 0 ? '0' : formatDuration(at, locale)}</span>
        ))}
      </div>
    </div>
  );
}
