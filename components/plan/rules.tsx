'use client';

import { Table } from '@mantine/core';
import { useFormatter, useTranslations } from 'use-intl';
import { POLICY_KEYS, useRuleWords } from '@/components/live/policy-words';
import { useFigures, usePlanStore } from '@/components/live/use-live-plan';
import { Figures } from '@/components/ui/figures';
import { Grid } from '@/components/ui/grid';
import { SHORT_MOMENT } from '@/components/ui/short-moment';
import type { PlanView } from '@/domain/view/plan-view';

/** Every rule of the plan with its value, and how far its waves are. */
export function Rules({ plan }: { plan: PlanView }) {
  const t = useTranslations('rules');
  const format = useFormatter();
  const words = useRuleWords();
  const { deadline } = plan;
  const thresholds = words.thresholds(plan.thresholds);
  const waves = plan.lastWave + 1;
  return (
    <>
      <Figures
        rows={[
          [t('table.atOnce'), plan.maxConcurrency],
          [
            t('table.haltsWhen'),
            thresholds.length === 0 ? t('table.never') : capital(thresholds.join(t('commaOr'))),
          ],
          ...(deadline
            ? [
                [
                  t('table.deadline'),
                  t(`table.${deadline.otherwise}`, {
                    time: format.dateTime(new Date(deadline.finishBy), SHORT_MOMENT),
                  }),
                ] as const,
              ]
            : []),
          [t('table.driftGuard'), t(plan.driftGuard ? 'table.guarded' : 'table.unguarded')],
          ...POLICY_KEYS.map((key) => [words.name(key), words.policy(key, plan.policies[key])] as const),
          [t('table.retries'), t('table.atMost', { count: String(plan.maxRetry) })],
        ]}
      />
      {waves > 1 && <Waves plan={plan} count={waves} />}
    </>
  );
}

function Waves({ plan, count }: { plan: PlanView; count: number }) {
  const t = useTranslations('rules');
  const words = useRuleWords();
  const store = usePlanStore();
  // Looks again as they go on.
  useFigures();
  return (
    <Grid
      minWidth={440}
      dense
      head={[t('table.wave'), t('table.size'), t('table.progress'), t('table.bake')]}
    >
      {Array.from({ length: count }, (_, wave) => wave).map((wave) => {
        const { inWave, rested, failed } = store.wave(wave);
        return (
          <Table.Tr key={wave} data-current={wave === plan.wave || undefined}>
            <Table.Td>
              {wave + 1} · {words.wave(plan.waves, wave)}
            </Table.Td>
            <Table.Td>{t('wave.size', { count: inWave })}</Table.Td>
            <Table.Td>
              {wave > plan.wave
                ? t('table.notBegun')
                : t('table.done', { done: String(rested), all: String(inWave) })}
              {failed > 0 && t('table.failed', { failed: String(failed) })}
            </Table.Td>
            <Table.Td>{words.bake(plan.waves[wave] ?? { bakeSeconds: 0 })}</Table.Td>
          </Table.Tr>
        );
      })}
    </Grid>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
