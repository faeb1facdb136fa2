'use client';

import { Tooltip } from '@mantine/core';
import { type ReactNode, type SyntheticEvent, useEffect, useRef, useState } from 'react';

const OPEN_MILLIS = 250;

/**
 * One tooltip for whatever below carries `data-tip`, with what it tells screen readers: on hover, on focus, on touch.
 * Hundreds of small buttons with one of their own each cost more than the rows they are in.
 */
export function SharedTooltip({ children }: { children: ReactNode }) {
  const [target, setTarget] = useState<HTMLElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = (at: HTMLElement | null, wait: number) => {
    clearTimeout(timer.current);
    if (at) timer.current = setTimeout(() => setTarget(at), wait);
    else setTarget(null);
  };
  // What left the page has no place to show it at.
  const shown = target?.isConnected ? target : null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what happens to the buttons in it.
    <div
      style={{ display: 'contents' }}
      onPointerOver={(event) => show(tipped(event), OPEN_MILLIS)}
      onPointerLeave={() => show(null, 0)}
      onFocus={(event) => {
        const focused = tipped(event);
        if (focused?.matches(':focus-visible')) show(focused, 0);
      }}
      onBlur={() => show(null, 0)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') show(null, 0);
      }}
    >
      {children}
      {shown && <Tooltip opened target={shown} label={shown.ariaDescription ?? shown.ariaLabel} />}
    </div>
  );
}

const tipped = ({ target }: SyntheticEvent): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
