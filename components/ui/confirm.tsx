'use client';

import dynamic from 'next/dynamic';
import { type ReactNode, useRef } from 'react';
import type { Friction } from './friction';

const ConfirmModal = dynamic(() => import('./confirm-dialog').then((module) => module.ConfirmModal));

/** What is about to be done, in the words the operator reads. */
export type Confirmation = {
  /** Verb, object and count, such as "Roll back 214 tenants": the title asks it, the button repeats it. */
  action: string;
  /** What happens, what does not, how to undo it. */
  body: ReactNode;
  friction: Exclude<Friction, 'none'>;
  /** To be typed where `friction` is `typed`. */
  planId?: string;
  /** The way out: what goes on when nothing is done. */
  wayOut: 'keepRunning' | 'keepAsIs';
  /** Whether the action takes something away. */
  destructive: boolean;
  /** Everything `body` counts, as one string; when it changes, the operator must look again. */
  figures: string;
  /** Something is under way that need not be waited for: the operator may say so. */
  mayHurry?: boolean;
  /** Resolves to null when done, or to the reason it was refused. */
  onConfirm: (reason: string | null, atOnce: boolean) => Promise<string | null>;
};

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
