'use client';

import { Table } from '@mantine/core';
import {
  bakeText,
  POLICY_KEYS,
  POLICY_NAMES,
  policyText,
  thresholdTexts,
} from '@/components/live/policy-words';
import { Figures } from '@/components/ui/figures';
import { Grid } from '@/components/ui/grid';
import { tenants } from '@/components/ui/tenant-count';
import type { TaskStatus } from '@/domain/task';
import type { PlanView, TaskView } from '@/domain/view/plan-view';
import { waveName } from '@/domain/wave';

/** Every rule of the plan with its value, and how far its waves are. */
export function Rules({ plan, tasks }: { plan: PlanView; tasks: readonly TaskView[] }) {
  const thresholds = thresholdTexts(plan.thresholds);
  const waves = plan.lastWave + 1;
  return (
    <>
      <Figures
        rows={[
          ['Tenants at once', plan.maxConcurrency],
          ['Halts when', thresholds.length === 0 ? 'Never by itself' : capital(thresholds.join(', or '))],
          ['Drift guard', plan.driftGuard ? 'On: what runs is compared before sending' : 'Off'],
          ...POLICY_KEYS.map((key) => [POLICY_NAMES[key], policyText(key, plan.policies[key])] as const),
          ['Retries', `At most ${plan.maxRetry} for a tenant`],
        ]}
      />
      {waves > 1 && <Waves plan={plan} tasks={tasks} count={waves} />}
    </>
  );
}

const REST: readonly TaskStatus[] = ['COMPLETED', 'ROLLED_BACK', 'CANCELLED', 'FAILED', 'ROLLBACK_FAILED'];

function Waves({ plan, tasks, count }: { plan: PlanView; tasks: readonly TaskView[]; count: number }) {
  return (
    <Grid minWidth={440} dense head={['Wave', 'Size', 'Progress', 'Bake after it']}>
      {Array.from({ length: count }, (_, wave) => wave).map((wave) => {
        const its = tasks.filter((task) => task.wave === wave && task.status !== 'VALIDATION_FAILED');
        const rested = its.filter(({ status }) => REST.includes(status)).length;
        const failed = its.filter(({ counted }) => counted).length;
        return (
          <Table.Tr key={wave} data-current={wave === plan.wave || undefined}>
            <Table.Td>
              {wave + 1} · {waveName(plan.waves, wave)}
            </Table.Td>
            <Table.Td>{tenants(its.length)}</Table.Td>
            <Table.Td>
              {wave > plan.wave ? 'not begun' : `${rested} of ${its.length} done`}
              {failed > 0 && `, ${failed} failed`}
            </Table.Td>
            <Table.Td>{bakeText(plan.waves[wave] ?? { bakeSeconds: 0 })}</Table.Td>
          </Table.Tr>
        );
      })}
    </Grid>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
