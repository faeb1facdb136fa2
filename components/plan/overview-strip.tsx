'use client';

import { useComputedColorScheme } from '@mantine/core';
import { type PointerEvent, useEffect, useRef } from 'react';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { TaskStatus } from '@/domain/task';
import type { LaneScroll } from './lane-viewport';
import { overviewColumns } from './overview-columns';
import { paintOverview } from './overview-paint';
import classes from './timeline.module.css';

const LEAST_VIEWPORT_PIXELS = 6;

/**
 * All lanes at once, from left to right as they stand from top to bottom, and which of them can be seen. For the pointer:
 * the keyboard has the list itself, and the counts stand above in words.
 */
export function OverviewStrip({ order, scroll }: { order: LaneOrder; scroll: LaneScroll }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const viewport = useRef<HTMLDivElement>(null);
  usePainting(canvas, order);
  useViewport(viewport, order, scroll);
  const jump = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    scroll.show(Math.min(order.length - 1, Math.floor(share * order.length)), 'middle');
  };
  return (
    <div
      className={classes.overview}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        jump(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) jump(event);
      }}
    >
      <canvas ref={canvas} className={classes.canvas} />
      <div ref={viewport} className={classes.viewport} />
    </div>
  );
}

/** Paints at most once a frame, and of that only the columns that changed. */
function usePainting(canvas: React.RefObject<HTMLCanvasElement | null>, order: LaneOrder): void {
  const store = usePlanStore();
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const statuses: TaskStatus[] = [];
    let painted: Uint8Array | null = null;
    let frame = 0;
    const paint = () => {
      frame = 0;
      statuses.length = 0;
      order.visit(({ status }) => {
        statuses.push(status);
      });
      const after = overviewColumns(statuses, element.width);
      paintOverview(context, { before: painted, after, scheme });
      painted = after;
    };
    const soon = () => {
      frame ||= requestAnimationFrame(paint);
    };
    const fit = new ResizeObserver(() => {
      const [width, height] = [element.clientWidth, element.clientHeight].map((side) =>
        Math.round(side * devicePixelRatio),
      );
      // What is set anew is empty.
      element.width = width ?? 0;
      element.height = height ?? 0;
      painted = null;
      soon();
    });
    fit.observe(element);
    const stop = store.subscribeCounts(soon);
    return () => {
      stop();
      fit.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [canvas, order, store, scheme]);
}

/** Moves the frame around what can be seen, without rendering or painting anything. */
function useViewport(
  viewport: React.RefObject<HTMLElement | null>,
  order: LaneOrder,
  scroll: LaneScroll,
): void {
  const store = usePlanStore();
  useEffect(() => {
    let frame = 0;
    const move = () => {
      frame = 0;
      const element = viewport.current;
      if (!element) return;
      const [first, last] = scroll.seen();
      const share = (lane: number) => (100 * lane) / Math.max(1, order.length);
      // As wide as the strip, and moved: nothing is laid out for it.
      element.style.transform = `translateX(${share(first)}%)`;
      const width = `max(${LEAST_VIEWPORT_PIXELS}px, ${share(last + 1 - first).toFixed(2)}%)`;
      if (width !== element.style.getPropertyValue('--seen')) element.style.setProperty('--seen', width);
    };
    const soon = () => {
      frame ||= requestAnimationFrame(move);
    };
    soon();
    window.addEventListener('scroll', soon, { passive: true });
    window.addEventListener('resize', soon);
    const stop = store.subscribeCounts(soon);
    return () => {
      stop();
      window.removeEventListener('scroll', soon);
      window.removeEventListener('resize', soon);
      cancelAnimationFrame(frame);
    };
  }, [viewport, order, scroll, store]);
}
