'use client';

import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import type { Decision } from '@/components/live/plan-command';
import { usePlanStore } from '@/components/live/use-live-plan';
import type { RequestKind } from '@/domain/task';
import type { TaskView } from '@/domain/view/plan-view';
import { aboutTime, useActionWords } from './action-words';
import { expectedStageMillis } from './expected-time';
import { useDecide } from './use-decide';

type TaskCommandKind = RequestKind | Decision | 'withdraw';

/** Sends a command for one task. Resolves to null, or to the reason it was refused. */
export type SendTaskCommand = (
  taskId: string,
  kind: TaskCommandKind,
  reason?: string | null,
  /** A cancel or rollback that does not wait for the stage. */
  atOnce?: boolean,
  /** Of what is approved or rejected: the stage that was looked at. */
  stage?: string | null,
) => Promise<string | null>;

const DECISIONS: readonly string[] = ['approve', 'reject', 'applied', 'resend', 'override'];
const isDecision = (kind: TaskCommandKind): kind is Decision => DECISIONS.includes(kind);

/** What is done with one click, and the click that undoes it once it was granted. */
const UNDONE_BY = { pause: 'resume', resume: 'pause', retry: 'pause' } as const satisfies Partial<
  Record<RequestKind, RequestKind>
>;
const isUndoable = (kind: TaskCommandKind): kind is keyof typeof UNDONE_BY => kind in UNDONE_BY;

/** How long a sent command is shown when no event answers it. */
const ANSWER_MILLIS = 3000;

/** Commands on single tasks. What is confirmed never moves here: only what was sent is shown, until an event says more. */
export function useTaskCommands(): SendTaskCommand {
  const client = useTRPCClient();
  const store = usePlanStore();
  const decide = useDecide();
  const words = useActionWords();
  return useCallback<SendTaskCommand>(
    async (taskId, kind, reason = null, atOnce = false, stage = null) => {
      const send = async (what: TaskCommandKind): Promise<string | null> => {
        store.sent(taskId, { kind: what, at: Date.now() });
        try {
          if (isDecision(what)) await decide(taskId, what, { reason, stage });
          else if (what === 'cancel' || what === 'rollback')
            await client.tasks[what].mutate({ taskId, reason, now: atOnce, requestId: newRequestId() });
          else await client.tasks[what].mutate({ taskId, reason, requestId: newRequestId() });
          setTimeout(() => store.settled(taskId), ANSWER_MILLIS);
          return null;
        } catch (error) {
          store.settled(taskId);
          const told = errorText(error);
          notifications.show({ color: 'red', title: words.t('refused'), message: told });
          return told;
        }
      };
      const refused = await send(kind);
      if (refused === null && isUndoable(kind)) offerWithdraw(kind, taskId);
      return refused;

      function offerWithdraw(asked: keyof typeof UNDONE_BY, id: string) {
        const task = store.task(id);
        const toast = `${asked}-${id}`;
        const takeBack = () => {
          notifications.hide(toast);
          // What was granted meanwhile is taken back by its opposite.
          const open = store.task(id)?.request ?? null;
          void send(open?.kind === asked ? 'withdraw' : UNDONE_BY[asked]);
        };
        notifications.show({
          id: toast,
          autoClose: 8000,
          message: (
            <Group gap="sm" justify="space-between" wrap="nowrap">
              <Text size="sm">
                {words.t(`sent.${asked}`, { tenant: task?.tenantId ?? id })} {effectOf(asked, task)}
              </Text>
              <Button size="compact-sm" variant="default" flex="none" onClick={takeBack}>
                {words.t('withdraw')}
              </Button>
            </Group>
          ),
        });
      }

      function effectOf(asked: keyof typeof UNDONE_BY, task: TaskView | undefined): string {
        if (asked !== 'pause') return task?.startedAt === null ? '' : words.t('sent.startsSoon');
        const plan = store.plan();
        const stage = plan.stages[task?.stageIndex ?? 0];
        if (task?.status !== 'RUNNING' || stage === undefined) return '';
        const time = aboutTime(words, expectedStageMillis(plan, store.recentLengths()));
        return words.t('sent.stopsAfter', { stage, time });
      }
    },
    [client, store, decide, words],
  );
}
