'use client';

import dynamic from 'next/dynamic';
import { useEffect, useRef, useState } from 'react';
import { nothing } from './nothing';

/** What places words beside something weighs more than most screens; it comes when the first are to be shown. */
export const LateTip = dynamic(() => import('./tip').then((module) => module.Tip), { loading: nothing });

const OPEN_MILLIS = 250;

/** Beside which element there are words to be shown: after a moment under the pointer, at once for who comes by keyboard. */
export function useTipTarget() {
  const [target, setTarget] = useState<HTMLElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = (at: HTMLElement | null, how: 'soon' | 'now') => {
    clearTimeout(timer.current);
    if (at && how === 'soon') timer.current = setTimeout(() => setTarget(at), OPEN_MILLIS);
    else setTarget(at);
  };
  // What left the page has no place to show it at.
  return { shown: target?.isConnected ? target : null, show, hide: () => show(null, 'now') };
}
