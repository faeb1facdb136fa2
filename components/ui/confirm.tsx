'use client';

import dynamic from 'next/dynamic';
import { useRef } from 'react';
import type { Confirmation } from './confirmation';

const ConfirmModal = dynamic(() => import('./confirm-dialog').then((module) => module.ConfirmModal));

/** Asks before one thing is taken away. */
export function removal(action: string, body: string, onConfirm: () => Promise<string | null>): Confirmation {
  // Only its words can change while it is open.
  const figures = body;
  return { action, body, friction: 'dialog', wayOut: 'keepAsIs', destructive: true, figures, onConfirm };
}

/** Asks before anything that is not undone with one click; its code comes with the first question. */
export function ConfirmDialog(props: { confirmation: Confirmation | null; onClose: () => void }) {
  const asked = useRef(false);
  asked.current ||= props.confirmation !== null;
  return asked.current ? <ConfirmModal {...props} /> : null;
}
