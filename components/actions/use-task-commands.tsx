'use client';

import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import type { Decision } from '@/components/live/plan-command';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { RequestKind } from '@/domain/task';
import { useDecide } from './use-decide';

type TaskCommandKind = RequestKind | Decision | 'withdraw';

/** Sends a command for one task. Resolves to null, or to the reason it was refused. */
export type SendTaskCommand = (
  taskId: string,
  kind: TaskCommandKind,
  reason?: string | null,
  /** A cancel or rollback that does not wait for the stage. */
  atOnce?: boolean,
) => Promise<string | null>;

const DECISIONS: readonly string[] = ['approve', 'reject', 'applied', 'resend', 'override'];
const isDecision = (kind: TaskCommandKind): kind is Decision => DECISIONS.includes(kind);

/** How long a sent command is shown when no event answers it. */
const ANSWER_MILLIS = 3000;

/** Commands on single tasks. What is confirmed never moves here: only what was sent is shown, until an event says more. */
export function useTaskCommands(): SendTaskCommand {
  const client = useTRPCClient();
  const store = usePlanStore();
  const decide = useDecide();
  return useCallback<SendTaskCommand>(
    async (taskId, kind, reason = null, atOnce = false) => {
      const send = async (what: TaskCommandKind): Promise<string | null> => {
        store.sent(taskId, { kind: what, at: Date.now() });
        try {
          if (isDecision(what)) await decide(taskId, what, reason);
          else if (what === 'cancel' || what === 'rollback')
            await client.tasks[what].mutate({ taskId, reason, now: atOnce, requestId: newRequestId() });
          else await client.tasks[what].mutate({ taskId, reason, requestId: newRequestId() });
          setTimeout(() => store.settled(taskId), ANSWER_MILLIS);
          return null;
        } catch (error) {
          store.settled(taskId);
          const words = errorText(error);
          notifications.show({ color: 'red', title: 'Refused', message: words });
          return words;
        }
      };
      const refused = await send(kind);
      if (refused === null && kind === 'pause') offerWithdraw(taskId);
      return refused;

      function offerWithdraw(id: string) {
        const task = store.task(id);
        const stages = store.plan().stages;
        const stage = stages[task?.stageIndex ?? 0];
        const effect =
          task?.status === 'RUNNING' && stage ? ` Stops after the current stage (${stage}).` : '';
        const toast = `pause-${id}`;
        const takeBack = () => {
          notifications.hide(toast);
          // A pause that was granted meanwhile is taken back by going on.
          const now = store.task(id);
          void send(now?.status === 'PAUSED' && !now.request ? 'resume' : 'withdraw');
        };
        notifications.show({
          id: toast,
          autoClose: 8000,
          message: (
            <Group gap="sm" justify="space-between" wrap="nowrap">
              <Text size="sm">
                Pause requested for {task?.tenantId ?? id}.{effect}
              </Text>
              <Button size="compact-sm" variant="default" flex="none" onClick={takeBack}>
                Withdraw
              </Button>
            </Group>
          ),
        });
      }
    },
    [client, store, decide],
  );
}
