'use client';

import { useCallback } from 'react';
import { taskRefusal } from '@/components/live/situation';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { Confirmation } from '@/components/ui/confirmation';
import type { RequestKind } from '@/domain/task';
import { useActionWords } from './action-words';
import { taskQuestion } from './task-question';
import { useTaskCommands } from './use-task-commands';

/** Does something with one task, or asks first where that is due: the same for a button, a key and the palette. */
export function useTaskAct(
  ask: (confirmation: Confirmation) => void,
): (kind: RequestKind, taskId: string) => void {
  const store = usePlanStore();
  const send = useTaskCommands();
  const words = useActionWords();
  return useCallback(
    (kind, taskId) => {
      const [task, plan] = [store.task(taskId), store.plan()];
      if (!task) return;
      const question = taskQuestion(kind, task, plan, taskRefusal(task, plan, kind).wantsReason, words);
      if (!question) void send(taskId, kind);
      else ask({ ...question, onConfirm: (reason, atOnce) => send(taskId, kind, reason, atOnce) });
    },
    [ask, send, store, words],
  );
}
