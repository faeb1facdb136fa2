'use client';

import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';

/** Something the palette lists, with why it cannot be done now. */
export interface ListedAction {
  id: string;
  label: string;
  Icon: LucideIcon;
  key: string | null;
  refusal: string | null;
  run: () => void;
}

/** What the screen in front offers to keys and to the palette. */
export interface ScreenActions {
  /** Does what a key means here, with its feedback; false where it means nothing. */
  press: (key: string) => boolean;
  /** Looked at when the palette opens. */
  list: () => ListedAction[];
}

/** The screens that are mounted, the one in front last. */
const offered: { current: ScreenActions }[] = [];

/** Offers what can be done on this screen to keys and palette while it is mounted. */
export function useScreenActions(actions: ScreenActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    offered.push(latest);
    return () => {
      offered.splice(offered.indexOf(latest), 1);
    };
  }, []);
}

/** What the screen in front offers; null where it offers nothing. */
export const screenActions = (): ScreenActions | null => offered.at(-1)?.current ?? null;
