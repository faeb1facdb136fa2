'use client';

import { type RefObject, useEffect, useLayoutEffect } from 'react';
import type { LaneFocus } from './lane-focus';
import { CONTROLS, rowOf } from './lane-rows';

/** Keeps one stop for the tab key in the list: the lane the keyboard is at, else the first one that exists. */
export function useOneTabStop(
  list: RefObject<HTMLElement | null>,
  focus: LaneFocus,
  first: string | undefined,
): void {
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const stop = () => {
      const row = rowOf(element, focus.id()) ?? rowOf(element, first ?? null);
      for (const other of element.querySelectorAll<HTMLElement>('[data-row][tabindex="0"]'))
        if (other !== row) other.tabIndex = -1;
      if (row && row.tabIndex !== 0) row.tabIndex = 0;
    };
    stop();
    return focus.subscribe(stop);
  });
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const quiet = (within: Element) => {
      for (const part of within.querySelectorAll<HTMLElement>(CONTROLS)) part.tabIndex = -1;
      if (within instanceof HTMLElement && within.matches(CONTROLS)) within.tabIndex = -1;
    };
    quiet(element);
    // Buttons come from several places, and with the news; the lanes hear of all.
    const watcher = new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node instanceof Element) quiet(node);
    });
    watcher.observe(element, { childList: true, subtree: true });
    const onFocus = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
      if (row?.dataset.row) focus.at(row.dataset.row);
    };
    element.addEventListener('focusin', onFocus);
    return () => {
      watcher.disconnect();
      element.removeEventListener('focusin', onFocus);
    };
  }, [list, focus]);
}
