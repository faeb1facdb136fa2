'use client';

import { Button, type ButtonProps, VisuallyHidden } from '@mantine/core';
import { type MouseEvent, type ReactNode, useId } from 'react';
import { useSay } from '@/components/i18n/said';
import { LateTip, useTipTarget } from './late-tip';

/**
 * A button that, while it cannot be used, stays in the tab order and says why: on hover, on focus, on touch and to
 * screen readers. `refusal` comes from the domain's own rules, null when the action is open.
 */
export function ActionButton({
  refusal,
  onClick,
  children,
  ...button
}: Omit<ButtonProps, 'disabled'> & {
  /** Sends the form it is in. */
  type?: 'submit';
  refusal: string | null;
  onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
  children: ReactNode;
}) {
  const reasonId = useId();
  const refused = refusal !== null;
  const told = useSay()(refusal);
  const { shown, show, hide } = useTipTarget();
  return (
    <>
      <Button
        {...button}
        aria-disabled={refused || undefined}
        data-disabled={refused || undefined}
        aria-describedby={refused ? reasonId : undefined}
        // A touch is followed by the events of a mouse, which then stays where it was.
        onMouseEnter={({ currentTarget }) => show(currentTarget, 'soon')}
        onMouseLeave={hide}
        onFocus={({ currentTarget }) => {
          if (currentTarget.matches(':focus-visible')) show(currentTarget, 'now');
        }}
        onBlur={hide}
        onKeyDown={({ key }) => {
          if (key === 'Escape') hide();
        }}
        onClick={(event) => {
          if (refused) event.preventDefault();
          else onClick?.(event);
        }}
      >
        {children}
        {refused && <VisuallyHidden id={reasonId}>{told}</VisuallyHidden>}
      </Button>
      {refused && shown && <LateTip target={shown} label={told} />}
    </>
  );
}
