'use client';

import type { ReactNode, SyntheticEvent } from 'react';
import { LateTip, useTipTarget } from './late-tip';

/**
 * One tooltip for whatever below carries `data-tip`, with what it tells screen readers: on hover, on focus, on touch.
 * Hundreds of small buttons with one of their own each cost more than the rows they are in.
 */
export function SharedTooltip({ children }: { children: ReactNode }) {
  const { shown, show, hide } = useTipTarget();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what happens to the buttons in it.
    <div
      style={{ display: 'contents' }}
      onPointerOver={(event) => show(tipped(event), 'soon')}
      onPointerLeave={hide}
      onFocus={(event) => {
        const focused = tipped(event);
        if (focused?.matches(':focus-visible')) show(focused, 'now');
      }}
      onBlur={hide}
      onKeyDown={(event) => {
        if (event.key === 'Escape') hide();
      }}
    >
      {children}
      {shown && <LateTip target={shown} label={shown.ariaDescription ?? shown.ariaLabel} />}
    </div>
  );
}

const tipped = ({ target }: SyntheticEvent): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
