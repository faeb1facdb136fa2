'use client';

import { createContext, useContext } from 'react';
import type { BulkAction } from '@/domain/bulk';
import type { TaskView } from '@/domain/view/plan-view';
import type { Inputs } from '@/server/api/router';

/** Whom a bulk action is for. */
export interface BulkSubject {
  /** The tasks as they are when it is called. */
  tasks: () => readonly TaskView[];
  /** How the server is told. */
  filter: () => NonNullable<Inputs['tasks']['bulk']['filter']>;
  onSent?: () => void;
}

/** What is being asked about. */
export interface BulkAsking {
  action: BulkAction;
  subject: BulkSubject;
}

export type BulkPress = (action: BulkAction, subject: BulkSubject) => void;

export const BulkContext = createContext<BulkPress>(() => {});

/** Does something with many tasks at once, or asks first where that is due. */
export const useBulkPress = (): BulkPress => useContext(BulkContext);
