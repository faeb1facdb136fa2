'use client';

import { notifications } from '@mantine/notifications';
import { ACTIONS, PLAN_ACTIONS, TASK_ACTIONS } from '@/components/actions/action-table';
import { useActionWords } from '@/components/actions/action-words';
import { type ListedAction, useScreenActions } from '@/components/actions/screen-actions';
import { useAsk } from '@/components/actions/task-actions';
import { meantBy, useTaskList } from '@/components/actions/task-keys';
import { useTaskAct } from '@/components/actions/use-task-act';
import { useSay } from '@/components/i18n/said';
import { usePlanStore } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import type { RequestKind } from '@/domain/task';
import { useBulkPress } from './bulk-press';
import { prospectOf } from './bulk-prospect';
import { skippedReasons } from './bulk-question';
import { planActionRefusal, usePlanAsk } from './plan-commands';
import { useSelection } from './selection';
import { useTaskFilter } from './status-filter';
import { useChosenSubject } from './use-chosen-subject';

/** What keys and palette do on the page of a plan: with the lane that has the focus, else with the chosen tasks. Shows nothing. */
export function PlanKeys() {
  const store = usePlanStore();
  const { press: pressPlan, refusal } = usePlanAsk();
  const pressMany = useBulkPress();
  const act = useTaskAct(useAsk());
  const listOf = useTaskList();
  const chosen = useChosenSubject();
  const selection = useSelection();
  const [filter, setFilter] = useTaskFilter();
  const mayNot = useAskRefusal();
  const say = useSay();
  const words = useActionWords();
  const { t } = words;
  const refuse = (message: string) => {
    notifications.show({ color: 'red', title: t('refused'), message: say(message) });
    return true;
  };

  function pressOne(key: string, taskId: string): void {
    const task = store.task(taskId);
    const meant = task && meantBy(key, task, store.plan());
    if (meant?.refusal === null) act(meant.kind, taskId);
    else refuse(meant?.refusal ?? '');
  }

  function pressChosen(kinds: readonly RequestKind[], tasks: ReturnType<typeof chosen.tasks>): void {
    const plan = store.plan();
    const may = kinds.find((kind) => prospectOf(kind, tasks, plan).affected.length > 0);
    if (may) pressMany(may, chosen);
    else {
      const { skipped } = prospectOf(kinds[0] ?? 'pause', tasks, plan);
      const reasons = skippedReasons(skipped, words);
      refuse(t('keys.allChosenRefused', { count: tasks.length, reasons }));
    }
  }

  useScreenActions({
    press: (key) => {
      if (key === 'Escape') {
        if (selection?.everything() || selection?.ids().size) selection.clear();
        else if (filter.q === '' && filter.status.length === 0) return false;
        else void setFilter({ q: '', status: [] });
        return true;
      }
      const kinds = TASK_ACTIONS.filter((kind) => ACTIONS[kind].key === key);
      if (kinds.length === 0) return false;
      if (mayNot !== null) return refuse(mayNot);
      const focused = focusedTask();
      const tasks = chosen.tasks();
      if (focused !== null) pressOne(key, focused);
      else if (tasks.length > 0) pressChosen(kinds, tasks);
      else notifications.show({ message: t('keys.nothingChosen', { key }) });
      return true;
    },
    list: () => {
      const [plan, figures] = [store.plan(), store.figures()];
      const now = new Date(Date.now() + store.clockOffset());
      const ofPlan = PLAN_ACTIONS.map(
        (kind): ListedAction => ({
          id: `plan-${kind}`,
          label: t(`plan.${kind}`),
          Icon: ACTIONS[kind].Icon,
          key: null,
          refusal: refusal ?? planActionRefusal(kind, plan, figures, t('noneFailed'), now),
          run: () => pressPlan(kind),
        }),
      );
      const task = store.task(focusedTask() ?? '');
      return task ? [...listOf(task, plan), ...ofPlan] : ofPlan;
    },
  });
  return null;
}

/** The task whose lane has the focus, wherever in it. */
const focusedTask = (): string | null =>
  document.activeElement?.closest('[data-task]')?.getAttribute('data-task') ?? null;
