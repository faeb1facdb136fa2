'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import type { FailureCluster } from '@/components/live/failure-clusters';
import { usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { tenants } from '@/components/ui/tenant-count';
import type { BulkAction } from '@/domain/bulk';
import type { PlanView } from '@/domain/view/plan-view';
import { useStartBulk } from './bulk';
import { BULK_VERBS, bulkQuestion, prospectOf } from './bulk-actions';
import { BulkDialog } from './bulk-dialog';
import classes from './plan-screen.module.css';

/** What went wrong, one line for each problem rather than for each tenant. */
export function Failures({ onShow }: { onShow: (q: string) => void }) {
  const plan = usePlanView();
  const { subscribeCounts, failures } = usePlanStore();
  const { biggest, kinds } = useSyncExternalStore(subscribeCounts, failures, failures);
  if (kinds === 0) return null;
  return (
    <Stack gap={6} component="section" aria-label="Failures" mb="md">
      {biggest.map((cluster) => {
        const [only] = cluster.tasks;
        return (
          <div key={cluster.key} className={classes.cluster}>
            <span>
              <b>
                {cluster.tasks.length === 1 ? only?.tenantId : `${cluster.tasks.length} tenants`}:{' '}
                {[cluster.stage, cluster.step].filter(Boolean).join(' · ')}
              </b>
              {', '}
              {cluster.message}
            </span>
            <Group gap={6}>
              {cluster.tasks.length === 1 && only && (
                <Button size="compact-sm" variant="default" onClick={() => onShow(only.tenantId)}>
                  Show lane
                </Button>
              )}
              {cluster.tasks.length > 1 && <ClusterActions cluster={cluster} plan={plan} />}
            </Group>
          </div>
        );
      })}
      {kinds > biggest.length && (
        <Text size="sm" c="dimmed">
          and {kinds - biggest.length} more kinds of failure
        </Text>
      )}
    </Stack>
  );
}

const ACTIONS = ['retry', 'rollback'] as const satisfies BulkAction[];

/** One request for everybody with the same problem. */
function ClusterActions({ cluster, plan }: { cluster: FailureCluster; plan: PlanView }) {
  const [asking, setAsking] = useState<BulkAction | null>(null);
  const start = useStartBulk();
  const mayNot = useAskRefusal();
  const open = cluster.tasks.filter((task) => !task.request);
  const send = (action: BulkAction, reason: string | null, now = false) =>
    start({ action, reason, now, filter: { taskIds: open.map(({ taskId }) => taskId) } });
  return (
    <>
      {ACTIONS.map((action) => {
        const prospect = prospectOf(action, open, plan);
        const count = prospect.affected.length;
        return (
          <ActionButton
            key={action}
            size="compact-sm"
            variant="default"
            refusal={mayNot ?? (count === 0 ? (prospect.why ?? 'Everything is asked for already.') : null)}
            onClick={() => {
              if (bulkQuestion(action, prospect, plan)) setAsking(action);
              else void send(action, null);
            }}
          >
            {BULK_VERBS[action]} {count > 0 && tenants(count)}
          </ActionButton>
        );
      })}
      <BulkDialog
        asking={asking}
        prospectOf={(action) => prospectOf(action, open, plan)}
        plan={plan}
        send={send}
        onClose={() => setAsking(null)}
      />
    </>
  );
}
