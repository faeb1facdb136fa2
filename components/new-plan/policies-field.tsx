'use client';

import { NativeSelect, NumberInput } from '@mantine/core';
import { POLICY_KEYS, POLICY_NAMES, policyText } from '@/components/live/policy-words';
import { DEFAULT_POLICIES, type Policies, type PolicyChoice } from '@/domain/policies/choice';
import classes from './new-plan.module.css';

type Options = { [K in keyof Policies]: readonly { name: string; start: Policies[K] }[] };

/** What each policy may be, with the values it begins with. */
function optionsFor(stages: readonly string[]): Options {
  return {
    retry: [
      { name: 'None: an operator decides', start: { kind: 'none' } },
      { name: 'Fixed wait', start: { kind: 'fixed', attempts: 2, delaySeconds: 30 } },
      { name: 'Growing wait', start: { kind: 'exponential', attempts: 3, baseSeconds: 10, maxSeconds: 300 } },
    ],
    pause: [
      { name: 'None', start: { kind: 'none' } },
      { name: 'After the first wave', start: { kind: 'afterCanary' } },
      ...stages.map((stage) => ({
        name: `Before ${stage}`,
        start: { kind: 'beforeStage', stage } as const,
      })),
    ],
    completion: [
      { name: 'Every tenant', start: { kind: 'all' } },
      { name: 'A share of them', start: { kind: 'percent', percent: 95 } },
    ],
    rollback: [
      { name: 'By an operator', start: { kind: 'manual' } },
      { name: 'By itself when a tenant fails', start: { kind: 'automatic' } },
    ],
    healthCheck: [
      { name: 'All good in one round', start: { kind: 'allInOneRound' } },
      { name: 'Good rounds in a row', start: { kind: 'consecutiveRounds', rounds: 3 } },
    ],
    checkpoint: [
      { name: 'After each stage', start: { kind: 'eachStage' } },
      { name: 'None: a retry starts over', start: { kind: 'none' } },
    ],
  };
}

/** Numbers that a kind of policy has besides its name. */
const NUMBERS: Record<string, { label: string; min: number; max: number }> = {
  attempts: { label: 'Retries', min: 1, max: 100 },
  delaySeconds: { label: 'Wait (s)', min: 0, max: 86_400 },
  baseSeconds: { label: 'First wait (s)', min: 0, max: 86_400 },
  maxSeconds: { label: 'Longest wait (s)', min: 0, max: 86_400 },
  percent: { label: 'Percent', min: 1, max: 100 },
  rounds: { label: 'Rounds', min: 2, max: 100 },
};

/** What the plan does by itself. Nothing chosen leaves it to the playbook, or to the default. */
export function PoliciesField(props: {
  policies: PolicyChoice;
  playbook: PolicyChoice;
  stages: readonly string[];
  onChange: (policies: PolicyChoice) => void;
}) {
  const options = optionsFor(props.stages);
  return (
    <div className={classes.fields}>
      {POLICY_KEYS.map((key) => (
        <PolicyField key={key} of={key} options={options[key]} {...props} />
      ))}
    </div>
  );
}

function PolicyField<K extends keyof Policies>(props: {
  of: K;
  options: readonly { name: string; start: Policies[K] }[];
  policies: PolicyChoice;
  playbook: PolicyChoice;
  onChange: (policies: PolicyChoice) => void;
}) {
  const { of: key, options, policies } = props;
  const chosen = policies[key] as Policies[K] | undefined;
  const given = props.playbook[key] as Policies[K] | undefined;
  const holds = chosen ?? given ?? DEFAULT_POLICIES[key];
  const set = (policy: Policies[K] | undefined) => props.onChange({ ...policies, [key]: policy });
  const place = chosen ? options.findIndex(({ start }) => sameKind(start, chosen)) : -1;
  return (
    <div>
      <NativeSelect
        label={POLICY_NAMES[key]}
        description={policyText(key, holds)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={place === -1 ? '' : String(place)}
        data={[
          { value: '', label: given ? 'From the playbook' : 'Default' },
          ...options.map(({ name }, index) => ({ value: String(index), label: name })),
        ]}
        onChange={(event) => {
          const { value } = event.currentTarget;
          set(value === '' ? undefined : options[Number(value)]?.start);
        }}
      />
      {chosen && (
        <div className={classes.numbers}>
          {Object.entries(chosen).flatMap(([field, value]) => {
            const limits = NUMBERS[field];
            if (!limits || typeof value !== 'number') return [];
            return (
              <NumberInput
                key={field}
                size="xs"
                label={limits.label}
                min={limits.min}
                max={limits.max}
                value={value}
                onChange={(next) => set({ ...chosen, [field]: Number(next) || limits.min })}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

/** A stage to stop before is part of the kind: each is a choice of its own. */
function sameKind(a: { kind: string; stage?: string }, b: { kind: string; stage?: string }): boolean {
  return a.kind === b.kind && a.stage === b.stage;
}
