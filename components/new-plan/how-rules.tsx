'use client';

import { Fieldset, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { WhenField } from '@/components/ui/when-field';
import type { PolicyChoice } from '@/domain/policies/choice';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { PoliciesField } from './policies-field';
import { WavesField } from './waves-field';

const THRESHOLDS = [
  ['failedCount', 'Failed tenants', 100_000],
  ['failedPercent', 'Failed percent', 100],
  ['consecutive', 'Failed in a row', 100_000],
  ['sameError', 'With the same error', 100_000],
] as const;

/** By what rules the plan goes on, waits and stops. */
export function HowRules(props: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  playbook: { policies: PolicyChoice; stages: readonly string[] };
}) {
  const { draft, change, playbook } = props;
  return (
    <Stack gap="lg" maw={860} mt="lg">
      <Fieldset legend="Waves">
        <WavesField waves={draft.waves} onChange={(waves) => change({ waves })} />
      </Fieldset>
      <Fieldset legend="Halt by itself when">
        <Text size="sm" c="dimmed" mb="sm">
          The first that is reached halts: nothing new starts until somebody continues. Empty: never.
        </Text>
        <div className={classes.numbers}>
          {THRESHOLDS.map(([key, label, max]) => (
            <NumberInput
              key={key}
              label={label}
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
      <Fieldset legend="Policies">
        <PoliciesField
          policies={draft.policies}
          playbook={playbook.policies}
          stages={playbook.stages}
          onChange={(policies) => change({ policies })}
        />
      </Fieldset>
      <Fieldset legend="Safety and start">
        <div className={classes.fields}>
          <Switch
            label="Drift guard"
            description="Before sending and before rolling back, compare what runs with what is on record"
            checked={draft.driftGuard}
            onChange={(event) => change({ driftGuard: event.currentTarget.checked })}
          />
          <WhenField
            label="Start by itself at"
            description="Empty: when somebody presses Start. Missed by a quarter of an hour, it waits for you"
            value={draft.startAt ? new Date(draft.startAt) : null}
            onChange={(at) => change({ startAt: at?.toISOString() ?? null })}
          />
        </div>
      </Fieldset>
    </Stack>
  );
}
