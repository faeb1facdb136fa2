'use client';

import { Paper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { memo, type ReactNode, useLayoutEffect, useRef } from 'react';
import { useLocale } from 'use-intl';
import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { useDatabaseClock, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import { Lane } from './lane';
import { growOpen } from './lane-bar';
import { type TimeAxis, ticks, timeAxis } from './time-axis';
import classes from './timeline.module.css';
import { useLaneWindow } from './use-lane-window';

const ROWS: LaneHeights = { lane: 45, notes: [20, 24, 0] };
const CARDS: LaneHeights = { lane: 104, notes: [44, 44, 44] };

/** One lane for each task shown; only those near the viewport exist. */
export function Timeline({ order }: { order: LaneOrder }) {
  const store = usePlanStore();
  return (
    <Paper
      withBorder
      className={classes.timeline}
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') order.hold();
      }}
      onPointerLeave={() => store.letGo()}
    >
      <Lanes order={order} />
    </Paper>
  );
}

function Lanes({ order }: { order: LaneOrder }) {
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
    <>
      {!card && length > 0 && <Scale from={from} to={to} />}
      <div ref={frame}>
        {length === 0 ? (
          <Text p="lg" c="dimmed">
            No task matches. Take away a filter to see more.
          </Text>
        ) : (
          <div ref={list} {...grid} className={classes.list} style={{ height }}>
            {lanes.map((placed) => (
              <Slot key={placed.slot} taskId={placed.taskId} top={placed.top} height={placed.height}>
                <Lane
                  taskId={placed.taskId}
                  axisFrom={from}
                  axisTo={to}
                  card={card}
                  rowIndex={placed.lane + 1}
                  order={order}
                />
              </Slot>
            ))}
          </div>
        )}
      </div>
    </>
  );
}

/** A row that exists, for one task after the other. */
function Slot(props: { taskId: string; top: number; height: number; children: ReactNode }) {
  const { taskId, top, height } = props;
  const row = useRef<HTMLDivElement>(null);
  const shown = useRef(taskId);
  useLayoutEffect(() => {
    if (shown.current === taskId) return;
    shown.current = taskId;
    // A button that had the focus belongs to another tenant now.
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && row.current?.contains(activeElement)) activeElement.blur();
  }, [taskId]);
  return (
    <div
      ref={row}
      role="presentation"
      className={classes.place}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      {props.children}
    </div>
  );
}

const Scale = memo(function Scale(axis: TimeAxis) {
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
});
