'use client';

import { notifications } from '@mantine/notifications';
import { useSay } from '@/components/i18n/said';
import { taskRefusal } from '@/components/live/situation';
import { useAskRefusal } from '@/components/session/role';
import type { RequestKind } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { ACTIONS, TASK_ACTIONS } from './action-table';
import { useActionWords } from './action-words';
import type { ListedAction } from './screen-actions';
import { useScreenActions } from './screen-actions';
import { useAsk } from './task-actions';
import { useTaskAct } from './use-task-act';

/** What a key asks of a task: of several actions that share it the first that may be done, else why the likeliest may not. */
export function meantBy(
  key: string,
  task: TaskView,
  plan: PlanView,
): { kind: RequestKind; refusal: string | null } | null {
  const kinds = TASK_ACTIONS.filter((kind) => ACTIONS[kind].key === key);
  const likeliest = task.status === 'PAUSED' ? kinds.at(-1) : kinds[0];
  if (likeliest === undefined) return null;
  const may = kinds.find((kind) => taskRefusal(task, plan, kind).reason === null);
  return may
    ? { kind: may, refusal: null }
    : { kind: likeliest, refusal: taskRefusal(task, plan, likeliest).reason };
}

/** The actions on one task as the palette lists them. */
export function useTaskList(): (task: TaskView, plan: PlanView) => ListedAction[] {
  const { t } = useActionWords();
  const act = useTaskAct(useAsk());
  const mayNot = useAskRefusal();
  return (task, plan) =>
    TASK_ACTIONS.map((kind) => ({
      id: `task-${kind}`,
      label: t(`one.${kind}`, { tenant: task.tenantId }),
      Icon: ACTIONS[kind].Icon,
      key: ACTIONS[kind].key,
      refusal: mayNot ?? taskRefusal(task, plan, kind).reason,
      run: () => act(kind, task.taskId),
    }));
}

/** What keys and palette do on the page of a task. Shows nothing. */
export function TaskKeys({ task, plan }: { task: TaskView; plan: PlanView }) {
  const { t } = useActionWords();
  const act = useTaskAct(useAsk());
  const listOf = useTaskList();
  const say = useSay();
  const mayNot = useAskRefusal();
  useScreenActions({
    press: (key) => {
      const meant = meantBy(key, task, plan);
      if (meant === null) return false;
      const refused = mayNot ?? meant.refusal;
      if (refused === null) act(meant.kind, task.taskId);
      else notifications.show({ color: 'red', title: t('refused'), message: say(refused) });
      return true;
    },
    list: () => listOf(task, plan),
  });
  return null;
}
