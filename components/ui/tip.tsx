'use client';

import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

/** Words beside an element, as long as this is there. */
export function Tip({ target, label }: { target: HTMLElement; label: ReactNode }) {
  return <Tooltip opened target={target} label={label} />;
}
