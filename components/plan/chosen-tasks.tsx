'use client';

import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { LaneOrder } from '@/components/live/lane-order';
import { usePlanStore, usePlanView, useTasks } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { BULK_ACTIONS, type BulkAction } from '@/domain/bulk';
import { useStartBulk } from './bulk';
import classes from './bulk.module.css';
import { BULK_VERBS, bulkQuestion, prospectOf } from './bulk-actions';
import { BulkDialog } from './bulk-dialog';
import { useChosenIds, useSelection } from './selection';
import { useTaskFilter } from './status-filter';

/** What can be done with the chosen tasks, as one request. The dialogs' numbers follow the plan while they are open. */
export function ChosenTasks({ order }: { order: LaneOrder }) {
  const plan = usePlanView();
  // Looks again as they change.
  useTasks();
  const store = usePlanStore();
  const selection = useSelection();
  const { ids, everything } = useChosenIds(() => order.ids());
  const [filter] = useTaskFilter();
  const [asking, setAsking] = useState<BulkAction | null>(null);
  const mayNot = useAskRefusal();
  const start = useStartBulk();

  if (ids.length === 0) return null;
  const chosen = ids.flatMap((id) => store.task(id) ?? []);
  const prospects = new Map(BULK_ACTIONS.map((action) => [action, prospectOf(action, chosen, plan)]));

  async function send(action: BulkAction, reason: string | null, now = false): Promise<string | null> {
    const { status, q } = filter;
    const matching = { ...(status.length > 0 ? { status } : {}), ...(q.trim() ? { q: q.trim() } : {}) };
    const refused = await start({
      action,
      reason,
      now,
      ...(action === 'resolve' ? { resolution: 'resend' as const } : {}),
      filter: everything ? matching : { taskIds: chosen.map(({ taskId }) => taskId) },
    });
    if (refused === null) selection?.clear();
    return refused;
  }

  function act(action: BulkAction) {
    const prospect = prospects.get(action);
    if (prospect && bulkQuestion(action, prospect, plan)) setAsking(action);
    else void send(action, null);
  }

  return (
    <section className={classes.bar} aria-label="Selection">
      <Group gap="sm">
        <Text fw={600} data-numbers role="status">
          {ids.length} selected
        </Text>
        {!everything && order.length > ids.length && (
          <Button size="compact-sm" variant="default" onClick={() => selection?.all()}>
            Select all {order.length} matching
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" onClick={() => selection?.clear()}>
          Clear
        </Button>
      </Group>
      <Group gap={6}>
        {BULK_ACTIONS.map((action) => {
          // Offered where there is something to decide.
          if (action === 'resolve' && prospects.get(action)?.affected.length === 0) return null;
          const { affected, why } = prospects.get(action) ?? { affected: [], why: null };
          return (
            <ActionButton
              key={action}
              size="compact-sm"
              variant="default"
              refusal={mayNot ?? (affected.length === 0 ? why : null)}
              onClick={() => act(action)}
            >
              {BULK_VERBS[action]} {affected.length > 0 && affected.length}
            </ActionButton>
          );
        })}
      </Group>
      <BulkDialog
        asking={asking}
        prospectOf={(action) => prospects.get(action)}
        plan={plan}
        send={send}
        onClose={() => setAsking(null)}
      />
    </section>
  );
}
