'use client';

import { type RefObject, useEffect } from 'react';
import { flushSync } from 'react-dom';
import { needsSomebody } from '@/components/live/lane-notes';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanStore } from '@/components/live/use-live-plan';
import { useShortcutsEnabled } from '@/components/session/shortcuts';
import type { LaneFocus } from './lane-focus';
import { isForOthers, laneByKey, nextLane } from './lane-keys';
import { CONTROLS, rowOf } from './lane-rows';
import type { LaneScroll } from './lane-viewport';
import { useSelection } from './selection';
import { useTaskFilter } from './status-filter';
import type { EarlyKeys } from './use-first-touch';
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
    const rowNow = () => {
      const id = focus.id();
      return id === null ? -1 : order.rowOf(id);
    };
    const goTo = (row: number, where: 'nearest' | 'middle' = 'nearest') => {
      const id = order.idAt(row);
      if (id === undefined) return;
      const cell = cellNow(list.current);
      // Its row exists from now on, wherever the page has been scrolled to.
      flushSync(() => focus.at(id));
      const element = rowOf(list.current, id);
      if (!element) return;
      const target =
        cell === -1 ? element : (element.querySelectorAll<HTMLElement>(CONTROLS)[cell] ?? element);
      target.focus({ preventScroll: true });
      scroll.show(row, where);
      if (opened.taskId !== null && order.at(row)) opened.show(id);
    };
    const nextProblem = () => {
      const now = Date.now() + store.clockOffset();
      const ids: string[] = [];
      const problems: boolean[] = [];
      order.visit((task) => {
        ids.push(task.taskId);
        problems.push(needsSomebody(task, now));
      });
      const next = ids[nextLane(problems, ids.indexOf(focus.id() ?? ''))];
      if (next === undefined) return;
      const group = order.sectionOf(next);
      if (group !== null && !order.section(group).open) flushSync(() => store.toggleGroup(group));
      goTo(order.rowOf(next), 'middle');
    };
    /** Opens or closes the group whose row it is, or goes from a lane to the row of its group; else answers false. */
    const unfold = (row: HTMLElement, open: boolean): boolean => {
      const id = row.dataset.row ?? '';
      const group = row.dataset.task === undefined ? id : order.sectionOf(id);
      if (group === null || document.activeElement !== row) return false;
      if (group !== id) {
        if (!open) goTo(order.rowOf(group));
        return !open;
      }
      if (order.section(group).open !== open) store.toggleGroup(group);
      return true;
    };
    const page = () => {
      const [first, last] = scroll.seen();
      return Math.max(1, last - first - 1);
    };
    const inList = (event: KeyboardEvent): boolean => {
      const { key } = event;
      const target = document.activeElement;
      const row = target?.closest<HTMLElement>('[data-row]');
      if (!row || !list.current?.contains(row)) return false;
      switch (key) {
        case 'ArrowRight':
        case 'ArrowLeft':
          if (!unfold(row, key === 'ArrowRight')) step(row, key === 'ArrowRight' ? 1 : -1);
          return true;
        case 'Enter':
          if (target !== row) return false;
          if (row.dataset.task === undefined) store.toggleGroup(row.dataset.row ?? '');
          else opened.show(row.dataset.task);
          return true;
        case 'Escape':
          if (target === row) return false;
          row.focus();
          return true;
        default: {
          const to = key.length > 1 ? laneByKey(key, rowNow(), order.rows, page()) : null;
          if (to === null) return false;
          goTo(to);
          return true;
        }
      }
    };
    const goBack = () => {
      if (opened.taskId !== null) {
        opened.show(null);
        rowOf(list.current, focus.id())?.focus({ preventScroll: true });
      } else if (selection && (selection.everything() || selection.ids().size > 0)) selection.clear();
      else void setFilter({ status: [], q: '' });
    };
    const byLetter: Record<string, () => void> = {
      j: () => goTo(laneByKey('j', rowNow(), order.rows, 1) ?? 0),
      k: () => goTo(laneByKey('k', rowNow(), order.rows, 1) ?? 0),
      n: nextProblem,
      x: () => {
        const task = order.at(rowNow());
        if (task && task.taskId === focus.id()) selection?.toggle(task.taskId, () => order.ids());
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
  const row = active?.closest<HTMLElement>('[data-row]');
  if (!active || !row || !list?.contains(row)) return -1;
  return [...row.querySelectorAll(CONTROLS)].indexOf(active);
}
