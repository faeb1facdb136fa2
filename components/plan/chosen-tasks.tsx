'use client';

import { Button, Group, Text } from '@mantine/core';
import { actionOf } from '@/components/actions/action-table';
import { useActionWords } from '@/components/actions/action-words';
import { BulkButton } from '@/components/actions/bulk-button';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanStore, usePlanView, useTasks } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { BULK_ACTIONS, type BulkAction } from '@/domain/bulk';
import classes from './bulk.module.css';
import { useBulkPress } from './bulk-press';
import { prospectOf } from './bulk-prospect';
import { useChosenIds, useSelection } from './selection';
import { useChosenSubject } from './use-chosen-subject';

/** Of most tasks nobody has to decide anything. */
const DECISIONS: readonly BulkAction[] = ['resolve', 'approve', 'reject'];

/** What can be done with the chosen tasks, as one request. */
export function ChosenTasks({ order }: { order: LaneOrder }) {
  const plan = usePlanView();
  // Looks again as they change.
  useTasks();
  const store = usePlanStore();
  const selection = useSelection();
  const { ids, everything } = useChosenIds(() => order.ids());
  const { t } = useActionWords();
  const mayNot = useAskRefusal();
  const press = useBulkPress();
  const subject = useChosenSubject();

  if (ids.length === 0) return null;
  const chosen = ids.flatMap((id) => store.task(id) ?? []);
  return (
    <section className={classes.bar} aria-label={t('selection.label')}>
      <Group gap="sm">
        <Text fw={600} data-numbers role="status">
          {t('selection.count', { count: ids.length })}
        </Text>
        {!everything && order.length > ids.length && (
          <Button size="compact-sm" variant="default" onClick={() => selection?.all()}>
            {t('selection.all', { count: order.length })}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" onClick={() => selection?.clear()}>
          {t('selection.clear')}
        </Button>
      </Group>
      <Group gap={6}>
        {BULK_ACTIONS.map((action) => {
          const { affected, why } = prospectOf(action, chosen, plan);
          // Offered where there is something to decide.
          if (DECISIONS.includes(action) && affected.length === 0) return null;
          const name = actionOf(action);
          return (
            <BulkButton
              key={action}
              name={name}
              refusal={mayNot ?? (affected.length === 0 ? why : null)}
              onClick={() => press(action, subject)}
            >
              {t(`verb.${name}`)} {affected.length > 0 && affected.length}
            </BulkButton>
          );
        })}
      </Group>
    </section>
  );
}
