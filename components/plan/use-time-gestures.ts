'use client';

import { type PointerEvent, type RefObject, useEffect, useMemo, useRef } from 'react';
import type { TimeView } from './time-view';
import type { TimeCommands } from './use-time-view';

/** A press that moves less is a click, in pixels. */
const CLICK_PIXELS = 4;
const WHEEL_SPEED = 0.004;

const trackOf = (target: EventTarget | null): Element | null =>
  target instanceof Element ? target.closest('[data-track]') : null;

/** Ctrl and the wheel zoom around the pointer. */
export function useWheelZoom(area: RefObject<HTMLElement | null>, commands: TimeCommands): void {
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const zoom = (event: WheelEvent) => {
      const bounds = event.ctrlKey
        ? element.querySelector('[data-track]')?.getBoundingClientRect()
        : undefined;
      if (!bounds) return;
      event.preventDefault();
      const place = ((event.clientX - bounds.left) / bounds.width) * 100;
      commands.zoomAround(Math.exp(-event.deltaY * WHEEL_SPEED), Math.min(100, Math.max(0, place)));
    };
    // Heard only while the key is down: a wheel that may be held up makes every scroll wait for the page.
    let hears = false;
    const hear = (on: boolean) => {
      if (on === hears) return;
      hears = on;
      if (on) element.addEventListener('wheel', zoom, { passive: false });
      else element.removeEventListener('wheel', zoom);
    };
    const onKey = (event: KeyboardEvent) => hear(event.ctrlKey);
    const onBlur = () => hear(false);
    window.addEventListener('keydown', onKey);
    window.addEventListener('keyup', onKey);
    window.addEventListener('blur', onBlur);
    return () => {
      hear(false);
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('keyup', onKey);
      window.removeEventListener('blur', onBlur);
    };
  }, [area, commands]);
}

/** Dragging a track moves what is shown, while that is a part; a double click shows everything. */
export function useDragToPan(view: TimeView, commands: TimeCommands) {
  const drag = useRef<{ x: number; width: number; moved: boolean } | null>(null);
  return useMemo(
    () => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        const track = trackOf(event.target);
        if (!track || event.button !== 0 || !view.isZoomed()) return;
        drag.current = { x: event.clientX, width: track.clientWidth, moved: false };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const from = drag.current;
        if (!from) return;
        const moved = event.clientX - from.x;
        if (!from.moved && Math.abs(moved) < CLICK_PIXELS) return;
        if (!from.moved) event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { ...from, x: event.clientX, moved: true };
        commands.pan(-moved / from.width);
      },
      onPointerUp: () => {
        drag.current = null;
      },
      onPointerCancel: () => {
        drag.current = null;
      },
      onDoubleClick: (event: { target: EventTarget }) => {
        if (trackOf(event.target)) commands.fit();
      },
    }),
    [view, commands],
  );
}
