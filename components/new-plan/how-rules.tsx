'use client';

import { Fieldset, NativeSelect, Stack, Switch, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { NumberField } from '@/components/form/number-field';
import { WhenField } from '@/components/ui/when-field';
import { AT_DEADLINE, type AtDeadline } from '@/domain/plan';
import type { PolicyChoice } from '@/domain/policies/choice';
import { MOST_FAILURES } from '@/domain/threshold';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { PoliciesField } from './policies-field';
import { WavesField } from './waves-field';

const THRESHOLDS = [
  ['failedCount', MOST_FAILURES],
  ['failedPercent', 100],
  ['consecutive', MOST_FAILURES],
  ['sameError', MOST_FAILURES],
] as const;

/** By what rules the plan goes on, waits and stops. */
export function HowRules(props: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  playbook: { policies: PolicyChoice; stages: readonly string[] };
}) {
  const { draft, change, playbook } = props;
  const t = useTranslations('newPlan.rules');
  return (
    <Stack gap="lg" maw={860} mt="lg">
      <Fieldset legend={t('waves')}>
        <WavesField waves={draft.waves} onChange={(waves) => change({ waves })} />
      </Fieldset>
      <Fieldset legend={t('halt')}>
        <Text size="sm" c="dimmed" mb="sm">
          {t('haltHint')}
        </Text>
        <div className={classes.numbers}>
          {THRESHOLDS.map(([key, max]) => (
            <NumberField
              key={key}
              label={t(`threshold.${key}`)}
              min={1}
              max={max}
              value={draft.thresholds[key] ?? ''}
              onChange={(value) =>
                change({
                  thresholds: { ...draft.thresholds, [key]: typeof value === 'number' ? value : undefined },
                })
              }
            />
          ))}
        </div>
      </Fieldset>
      <Fieldset legend={t('policies')}>
        <PoliciesField
          policies={draft.policies}
          playbook={playbook.policies}
          stages={playbook.stages}
          onChange={(policies) => change({ policies })}
        />
      </Fieldset>
      <Fieldset legend={t('safety')}>
        <div className={classes.fields}>
          <Switch
            label={t('drift')}
            description={t('driftHint')}
            checked={draft.driftGuard}
            onChange={(event) => change({ driftGuard: event.currentTarget.checked })}
          />
          <WhenField
            label={t('startAt')}
            hint={t('startAtHint')}
            value={draft.startAt ? new Date(draft.startAt) : null}
            onChange={(at) => change({ startAt: at?.toISOString() ?? null })}
          />
          <WhenField
            label={t('finishBy')}
            hint={t('finishByHint')}
            value={draft.finishBy ? new Date(draft.finishBy) : null}
            onChange={(at) => change({ finishBy: at?.toISOString() ?? null })}
          />
          {draft.finishBy !== null && (
            <NativeSelect
              label={t('atDeadline')}
              data={AT_DEADLINE.map((value) => ({ value, label: t(`thens.${value}`) }))}
              value={draft.atDeadline}
              onChange={({ currentTarget }) => change({ atDeadline: currentTarget.value as AtDeadline })}
            />
          )}
        </div>
      </Fieldset>
    </Stack>
  );
}
