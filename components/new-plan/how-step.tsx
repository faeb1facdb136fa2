'use client';

import { NativeSelect, NumberInput, Skeleton, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { Problem } from '@/components/ui/problem';
import type { SettingKey } from '@/domain/settings';
import { type Draft, defaultName } from './draft';
import { HowRules } from './how-rules';
import classes from './new-plan.module.css';

const NUMBERS = [
  {
    field: 'maxConcurrency',
    label: 'Max concurrency',
    hint: 'How many tenants are switched at the same time',
    min: 1,
    max: 10_000,
    decimals: false,
  },
  {
    field: 'healthIntervalSeconds',
    label: 'Health interval (seconds)',
    hint: 'Time between two looks at the instances',
    min: 0,
    max: 3600,
    decimals: true,
  },
  {
    field: 'healthAttempts',
    label: 'Health attempts',
    hint: 'How often it looks before a tenant fails',
    min: 1,
    max: 1000,
    decimals: false,
  },
  {
    field: 'maxRetry',
    label: 'Max retry',
    hint: 'How often a failed tenant may be tried again',
    min: 0,
    max: 100,
    decimals: false,
  },
] as const;

/** Step 3: by which playbook, and how fast. */
export function HowStep(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { draft, change } = props;
  const trpc = useTRPC();
  const playbooks = useInfiniteQuery(
    trpc.playbooks.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }),
  );
  const all = useWhole(playbooks) ?? [];
  const settings = useQuery(trpc.settings.get.queryOptions({}));
  const only = all.length === 1 ? all[0]?.playbookId : undefined;

  useEffect(() => {
    // With one playbook there is nothing to decide.
    if (only && draft.playbookId !== only) change({ playbookId: only });
  });

  if (playbooks.isError)
    return <Problem title="The playbooks could not be read">{errorText(playbooks.error)}</Problem>;
  if (playbooks.isPending) return <Skeleton height={160} radius="md" />;
  if (all.length === 0) {
    return (
      <EmptyState
        title="No playbooks yet"
        actions={<LinkAction href="/playbooks">Write a playbook</LinkAction>}
      >
        A playbook says in which stages a tenant is switched. Write one first; this draft waits for you.
      </EmptyState>
    );
  }
  const holding = (key: SettingKey) => settings.data?.find((one) => one.key === key)?.value ?? '';
  const chosen = all.find((one) => one.playbookId === draft.playbookId);
  const inPlaybook = chosen?.definition.settings ?? {};
  return (
    <>
      <div className={classes.fields}>
        <TextInput
          label="Plan name"
          description="Empty: named after the version"
          placeholder={defaultName(draft)}
          value={draft.name}
          maxLength={120}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <NativeSelect
          label="Playbook"
          description={
            chosen?.definition.stages.map((stage) => stage.name).join(' → ') ?? 'The stages of the switch'
          }
          value={draft.playbookId}
          onChange={(event) => change({ playbookId: event.currentTarget.value })}
          data={[
            { value: '', label: 'Choose a playbook', disabled: true },
            ...all.map((one) => ({
              value: one.playbookId,
              label: `${one.name} (v${one.version})`,
            })),
          ]}
        />
        {NUMBERS.map(({ field, label, hint, min, max, decimals }) => (
          <NumberInput
            key={field}
            label={label}
            description={hint}
            placeholder={String(inPlaybook[field] ?? holding(field))}
            value={draft[field] ?? ''}
            min={min}
            max={max}
            allowDecimal={decimals}
            allowNegative={false}
            clampBehavior="strict"
            onChange={(value) => change({ [field]: typeof value === 'number' ? value : null })}
          />
        ))}
      </div>
      <HowRules
        draft={draft}
        change={change}
        playbook={{
          policies: chosen?.definition.policies ?? {},
          stages: chosen?.definition.stages.map((stage) => stage.name) ?? [],
        }}
      />
    </>
  );
}
