import type { ReactNode } from 'react';
import type { Friction } from './friction';

/** What is about to be done, in the words the operator reads. */
export type Confirmation = {
  /** Verb, object and count, such as "Roll back 214 tenants": the title asks it, the button repeats it. */
  action: string;
  /** What happens, what does not, how to undo it; several sentences as a line each. */
  body: ReactNode | string[];
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
