'use client';

import { type RefObject, useEffect } from 'react';
import { flushSync } from 'react-dom';
import { needsSomebody } from '@/components/live/lane-notes';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanStore } from '@/components/live/use-live-plan';
import { useShortcutsEnabled } from '@/components/session/shortcuts';
import { indexOf } from '@/domain/view/apply-event';
import type { LaneFocus } from './lane-focus';
import { isForOthers, laneByKey, nextLane } from './lane-keys';
import { CONTROLS, rowOf } from './lane-rows';
import { useSelection } from './selection';
import { useTaskFilter } from './status-filter';
import type { EarlyKeys } from './use-first-touch';
import type { LaneScroll } from './use-lane-window';
import type { OpenedTask } from './use-opened-task';
import type { TimeCommands } from './use-time-view';

/**
 * The keys of the list of lanes: one stop for the tab key, the arrows go on from there, to the next lane or into the
 * buttons of one. Letters are heard wherever the focus is on the page; the rest only where it is in the list.
 */
export function useLaneKeys(props: {
  list: RefObject<HTMLElement | null>;
  order: LaneOrder;
  scroll: LaneScroll;
  focus: LaneFocus;
  commands: TimeCommands;
  toggleKind: () => void;
  opened: OpenedTask;
  early: EarlyKeys;
}): void {
  const { list, order, scroll, focus, commands, toggleKind, opened, early } = props;
  const store = usePlanStore();
  const selection = useSelection();
  const [, setFilter] = useTaskFilter();
  const letters = useShortcutsEnabled();
  useEffect(() => {
    const laneNow = () => {
      const taskId = focus.taskId();
      return taskId === null ? -1 : order.laneOf(indexOf(store.tasks(), taskId));
    };
    const goTo = (lane: number, where: 'nearest' | 'middle' = 'nearest') => {
      const task = order.at(lane);
      if (!task) return;
      const cell = cellNow(list.current);
      // Its row exists from now on, wherever the page has been scrolled to.
      flushSync(() => focus.at(task.taskId));
      const row = rowOf(list.current, task.taskId);
      if (!row) return;
      const target = cell === -1 ? row : (row.querySelectorAll<HTMLElement>(CONTROLS)[cell] ?? row);
      target.focus({ preventScroll: true });
      scroll.show(lane, where);
      if (opened.taskId !== null) opened.show(task.taskId);
    };
    const nextProblem = () => {
      const now = Date.now() + store.clockOffset();
      const problems: boolean[] = [];
      order.visit((task) => {
        problems.push(needsSomebody(task, now));
      });
      const lane = nextLane(problems, laneNow());
      if (lane !== -1) goTo(lane, 'middle');
    };
    const page = () => {
      const [first, last] = scroll.seen();
      return Math.max(1, last - first - 1);
    };
    const inList = (event: KeyboardEvent): boolean => {
      const { key } = event;
      const target = document.activeElement;
      const row = target?.closest<HTMLElement>('[data-task]');
      if (!row || !list.current?.contains(row)) return false;
      switch (key) {
        case 'ArrowRight':
        case 'ArrowLeft':
          step(row, key === 'ArrowRight' ? 1 : -1);
          return true;
        case 'Enter':
          if (target !== row) return false;
          opened.show(row.dataset.task ?? null);
          return true;
        case 'Escape':
          if (target === row) return false;
          row.focus();
          return true;
        default: {
          const lane = key.length > 1 ? laneByKey(key, laneNow(), order.length, page()) : null;
          if (lane === null) return false;
          goTo(lane);
          return true;
        }
      }
    };
    const goBack = () => {
      if (opened.taskId !== null) {
        opened.show(null);
        rowOf(list.current, focus.taskId())?.focus({ preventScroll: true });
      } else if (selection && (selection.everything() || selection.ids().size > 0)) selection.clear();
      else void setFilter({ status: [], q: '' });
    };
    const byLetter: Record<string, () => void> = {
      j: () => goTo(laneByKey('j', laneNow(), order.length, 1) ?? 0),
      k: () => goTo(laneByKey('k', laneNow(), order.length, 1) ?? 0),
      n: nextProblem,
      x: () => {
        const taskId = focus.taskId();
        if (taskId !== null && laneNow() !== -1) selection?.toggle(taskId, () => order.ids());
      },
      f: commands.toggleFollow,
      t: toggleKind,
      '+': commands.zoomIn,
      '=': commands.zoomIn,
      '-': commands.zoomOut,
      '0': commands.fit,
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isForOthers(event)) return;
      const byKey = letters && !event.shiftKey ? byLetter[event.key] : undefined;
      const plus = letters && event.key === '+' ? commands.zoomIn : undefined;
      const heard = byKey ?? plus;
      if (heard) heard();
      if (heard || inList(event)) event.preventDefault();
      else if (event.key === 'Escape') goBack();
    };
    for (const key of early.take()) onKey(key);
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [list, order, scroll, focus, opened, commands, toggleKind, early, store, selection, setFilter, letters]);
}

/** To the next control of a row, or the one before; from the first one back to the row. */
function step(row: HTMLElement, by: 1 | -1): void {
  const controls = [...row.querySelectorAll<HTMLElement>(CONTROLS)];
  const at = controls.indexOf(document.activeElement as HTMLElement);
  if (at + by < 0) row.focus();
  else controls[Math.min(controls.length - 1, at + by)]?.focus();
}

/** Which control of its row has the focus, or -1. */
function cellNow(list: HTMLElement | null): number {
  const active = document.activeElement;
  const row = active?.closest<HTMLElement>('[data-task]');
  if (!active || !row || !list?.contains(row)) return -1;
  return [...row.querySelectorAll(CONTROLS)].indexOf(active);
}
