'use client';

import { Table } from '@mantine/core';
import {
  bakeText,
  POLICY_KEYS,
  POLICY_NAMES,
  policyText,
  thresholdTexts,
} from '@/components/live/policy-words';
import { useFigures, usePlanStore } from '@/components/live/use-live-plan';
import { Figures } from '@/components/ui/figures';
import { Grid } from '@/components/ui/grid';
import { tenants } from '@/components/ui/tenant-count';
import type { PlanView } from '@/domain/view/plan-view';
import { waveName } from '@/domain/wave';

/** Every rule of the plan with its value, and how far its waves are. */
export function Rules({ plan }: { plan: PlanView }) {
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
      {waves > 1 && <Waves plan={plan} count={waves} />}
    </>
  );
}

function Waves({ plan, count }: { plan: PlanView; count: number }) {
  const store = usePlanStore();
  // Looks again as they go on.
  useFigures();
  return (
    <Grid minWidth={440} dense head={['Wave', 'Size', 'Progress', 'Bake after it']}>
      {Array.from({ length: count }, (_, wave) => wave).map((wave) => {
        const { inWave, rested, failed } = store.wave(wave);
        return (
          <Table.Tr key={wave} data-current={wave === plan.wave || undefined}>
            <Table.Td>
              {wave + 1} · {waveName(plan.waves, wave)}
            </Table.Td>
            <Table.Td>{tenants(inWave)}</Table.Td>
            <Table.Td>
              {wave > plan.wave ? 'not begun' : `${rested} of ${inWave} done`}
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
