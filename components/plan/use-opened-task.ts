'use client';

import { parseAsString, useQueryState } from 'nuqs';
import { useMemo } from 'react';

/** The task that is shown beside the timeline; the address keeps which. */
export interface OpenedTask {
  taskId: string | null;
  show: (taskId: string | null) => void;
}

export function useOpenedTask(): OpenedTask {
  const [taskId, setTaskId] = useQueryState('task', parseAsString);
  return useMemo(() => ({ taskId, show: (next) => void setTaskId(next) }), [taskId, setTaskId]);
}
