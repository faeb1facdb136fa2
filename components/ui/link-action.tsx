'use client';

import { Button, type ButtonProps } from '@mantine/core';
import Link from 'next/link';
import { ActionButton } from './action-button';

/** A way on that looks like a button; while it is refused it stays in place and says why. */
export function LinkAction({
  href,
  refusal = null,
  ...button
}: Omit<ButtonProps, 'disabled'> & { href: string; refusal?: string | null }) {
  if (refusal !== null)
    return (
      <ActionButton {...button} refusal={refusal} onClick={() => {}}>
        {button.children}
      </ActionButton>
    );
  return <Button component={Link} href={href} {...button} />;
}
