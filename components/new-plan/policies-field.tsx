'use client';

import { NativeSelect } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { NumberField } from '@/components/form/number-field';
import { POLICY_KEYS, useRuleWords } from '@/components/live/policy-words';
import { DEFAULT_POLICIES, type Policies, type PolicyChoice } from '@/domain/policies/choice';
import classes from './new-plan.module.css';

type Words = ReturnType<typeof useTranslations<'newPlan.policies'>>;
type Options = { [K in keyof Policies]: readonly { name: string; start: Policies[K] }[] };

/** What each policy may be, with the values it begins with. */
function optionsFor(stages: readonly string[], t: Words): Options {
  return {
    retry: [
      { name: t('noRetry'), start: { kind: 'none' } },
      { name: t('fixed'), start: { kind: 'fixed', attempts: 2, delaySeconds: 30 } },
      { name: t('growing'), start: { kind: 'exponential', attempts: 3, baseSeconds: 10, maxSeconds: 300 } },
    ],
    pause: [
      { name: t('none'), start: { kind: 'none' } },
      { name: t('afterCanary'), start: { kind: 'afterCanary' } },
      ...stages.map((stage) => ({
        name: t('before', { stage }),
        start: { kind: 'beforeStage', stage } as const,
      })),
    ],
    completion: [
      { name: t('everyTenant'), start: { kind: 'all' } },
      { name: t('share'), start: { kind: 'percent', percent: 95 } },
    ],
    rollback: [
      { name: t('byOperator'), start: { kind: 'manual' } },
      { name: t('byItself'), start: { kind: 'automatic' } },
    ],
    healthCheck: [
      { name: t('oneRound'), start: { kind: 'allInOneRound' } },
      { name: t('inARow'), start: { kind: 'consecutiveRounds', rounds: 3 } },
    ],
    checkpoint: [
      { name: t('eachStage'), start: { kind: 'eachStage' } },
      { name: t('startOver'), start: { kind: 'none' } },
    ],
  };
}

/** Numbers that a kind of policy has besides its name. */
const NUMBERS = {
  attempts: { min: 1, max: 100 },
  delaySeconds: { min: 0, max: 86_400 },
  baseSeconds: { min: 0, max: 86_400 },
  maxSeconds: { min: 0, max: 86_400 },
  percent: { min: 1, max: 100 },
  rounds: { min: 2, max: 100 },
} as const;
const isNumber = (field: string): field is keyof typeof NUMBERS => field in NUMBERS;

/** What the plan does by itself. Nothing chosen leaves it to the playbook, or to the default. */
export function PoliciesField(props: {
  policies: PolicyChoice;
  playbook: PolicyChoice;
  stages: readonly string[];
  onChange: (policies: PolicyChoice) => void;
}) {
  const t = useTranslations('newPlan.policies');
  const options = optionsFor(props.stages, t);
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
  const t = useTranslations('newPlan.policies');
  const words = useRuleWords();
  const chosen = policies[key] as Policies[K] | undefined;
  const given = props.playbook[key] as Policies[K] | undefined;
  const holds = chosen ?? given ?? DEFAULT_POLICIES[key];
  const set = (policy: Policies[K] | undefined) => props.onChange({ ...policies, [key]: policy });
  const place = chosen ? options.findIndex(({ start }) => sameKind(start, chosen)) : -1;
  return (
    <div>
      <NativeSelect
        label={words.name(key)}
        description={words.policy(key, holds)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={place === -1 ? '' : String(place)}
        data={[
          { value: '', label: t(given ? 'fromPlaybook' : 'usual') },
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
            if (!isNumber(field) || typeof value !== 'number') return [];
            const limits = NUMBERS[field];
            return (
              <NumberField
                key={field}
                size="xs"
                label={t(`number.${field}`)}
                min={limits.min}
                max={limits.max}
                value={value}
                onNumber={(next) => set({ ...chosen, [field]: next })}
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
