'use client';

import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { ActionButton } from './action-button';

/** The way to one more of what a screen lists. */
export function AddButton(props: { refusal: string | null; onClick: () => void; children: ReactNode }) {
  return <ActionButton leftSection={<Plus size={16} aria-hidden="true" />} {...props} />;
}
