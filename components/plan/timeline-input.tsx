'use client';

import { type RefObject, useEffect } from 'react';
import type { LaneOrder } from '@/components/live/lane-order';
import type { LaneFocus } from './lane-focus';
import { CONTROLS } from './lane-rows';
import type { LaneScroll } from './lane-viewport';
import { useDescribePart } from './lane-words';
import type { TimeView } from './time-view';
import type { EarlyKeys } from './use-first-touch';
import { useLaneKeys } from './use-lane-keys';
import type { OpenedTask } from './use-opened-task';
import { useDragToPan, useWheelZoom } from './use-time-gestures';
import type { TimeCommands } from './use-time-view';

/** What the timeline hears of keys and pointer, fetched when the first of them comes. */
export function TimelineInput(props: {
  list: RefObject<HTMLElement | null>;
  order: LaneOrder;
  scroll: LaneScroll;
  focus: LaneFocus;
  view: TimeView;
  commands: TimeCommands;
  toggleKind: () => void;
  opened: OpenedTask;
  early: EarlyKeys;
}) {
  const { list, view, commands, opened } = props;
  useLaneKeys(props);
  useWheelZoom(list, commands);
  useDragToPan(list, view, commands);
  const describe = useDescribePart();
  useEffect(() => {
    const element = list.current;
    const onOver = ({ target }: Event) => describe(target);
    element?.addEventListener('pointerover', onOver);
    return () => element?.removeEventListener('pointerover', onOver);
  }, [list, describe]);
  useEffect(() => {
    const element = list.current;
    const onClick = ({ target }: Event) => {
      if (!(target instanceof Element) || target.closest(`${CONTROLS}, [data-track]`)) return;
      const row = target.closest<HTMLElement>('[data-task]');
      row?.focus({ preventScroll: true });
      if (row?.dataset.task) opened.show(row.dataset.task);
    };
    element?.addEventListener('click', onClick);
    return () => element?.removeEventListener('click', onClick);
  }, [list, opened]);
  return null;
}
