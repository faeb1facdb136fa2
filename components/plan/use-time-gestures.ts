'use client';

import { type RefObject, useEffect } from 'react';
import type { TimeView } from './time-view';
import type { TimeCommands } from './use-time-view';

/** A press that moves less is a click, in pixels. */
const CLICK_PIXELS = 4;
const WHEEL_SPEED = 0.004;

const trackOf = (target: EventTarget | null): Element | null =>
  target instanceof Element ? target.closest('[data-track]') : null;

/** Ctrl and the wheel zoom around the pointer. */
export function useWheelZoom(list: RefObject<HTMLElement | null>, commands: TimeCommands): void {
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const zoom = (event: WheelEvent) => {
      const track = event.ctrlKey ? element.querySelector('[data-track]') : null;
      if (!track) return;
      event.preventDefault();
      const { left, width } = track.getBoundingClientRect();
      const place = ((event.clientX - left) / width) * 100;
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
  }, [list, commands]);
}

/** Dragging a track moves what is shown, while that is a part; a double click shows everything. */
export function useDragToPan(
  list: RefObject<HTMLElement | null>,
  view: TimeView,
  commands: TimeCommands,
): void {
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    let drag: { x: number; width: number; moved: boolean } | null = null;
    const begin = (event: PointerEvent) => {
      const track = trackOf(event.target);
      if (!track || event.button !== 0 || !view.isZoomed()) return;
      drag = { x: event.clientX, width: track.clientWidth, moved: false };
    };
    const move = ({ clientX, pointerId }: PointerEvent) => {
      if (!drag) return;
      const by = clientX - drag.x;
      if (!drag.moved && Math.abs(by) < CLICK_PIXELS) return;
      if (!drag.moved) element.setPointerCapture(pointerId);
      drag = { ...drag, x: clientX, moved: true };
      commands.pan(-by / drag.width);
    };
    const end = () => {
      drag = null;
    };
    const fit = ({ target }: MouseEvent) => {
      if (trackOf(target)) commands.fit();
    };
    const stop = new AbortController();
    const { signal } = stop;
    element.addEventListener('pointerdown', begin, { signal });
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('pointerup', end, { signal });
    element.addEventListener('pointercancel', end, { signal });
    element.addEventListener('dblclick', fit, { signal });
    return () => stop.abort();
  }, [list, view, commands]);
}
