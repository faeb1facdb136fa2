'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { PlanView, TaskView } from '@/server/realtime/protocol';
import classes from './plan-screen.module.css';
import { clusterFailures, taskRefusal } from './situation';
import { useTaskCommands } from './use-task-commands';

const SHOWN = 4;

/** What went wrong, one line for each problem rather than for each tenant. */
export function Failures({
  plan,
  tasks,
  onShow,
}: {
  plan: PlanView;
  tasks: readonly TaskView[];
  onShow: (q: string) => void;
}) {
  const send = useTaskCommands();
  const [sending, setSending] = useState<string | null>(null);
  const clusters = clusterFailures(tasks);
  if (clusters.length === 0) return null;

  async function retryAll(key: string, of: readonly TaskView[]) {
    setSending(key);
    for (const task of of) await send(task.taskId, 'retry');
    setSending(null);
  }

  return (
    <Stack gap={6} component="section" aria-label="Failures" mb="md">
      {clusters.slice(0, SHOWN).map((cluster) => {
        const open = cluster.tasks.filter((task) => !task.request && !isRefused(task, plan));
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
              {cluster.tasks.length > 1 && open.length > 0 && (
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={sending === cluster.key}
                  onClick={() => void retryAll(cluster.key, open)}
                >
                  Retry {open.length} {open.length === 1 ? 'tenant' : 'tenants'}
                </Button>
              )}
            </Group>
          </div>
        );
      })}
      {clusters.length > SHOWN && (
        <Text size="sm" c="dimmed">
          and {clusters.length - SHOWN} more kinds of failure
        </Text>
      )}
    </Stack>
  );
}

function isRefused(task: TaskView, plan: PlanView): boolean {
  const { reason, wantsReason } = taskRefusal(task, plan, 'retry');
  return reason !== null || wantsReason;
}
