'use client';

import { NativeSelect, Skeleton, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { NumberField } from '@/components/form/number-field';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { Problem } from '@/components/ui/problem';
import { SETTING_LIMITS, type SettingKey } from '@/domain/settings';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { PlaybookStagesShown } from './playbook-choice';
import { useDefaultName } from './use-default-name';

const HowRules = dynamic(() => import('./how-rules').then((module) => module.HowRules));
const Projected = dynamic(() => import('./projected').then((module) => module.Projected));

const NUMBERS = ['maxConcurrency', 'healthIntervalSeconds', 'healthAttempts', 'maxRetry'] as const;

/** Step 3: by which playbook, and how fast. */
export function HowStep(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { draft, change } = props;
  const t = useTranslations('newPlan.how');
  const defaultName = useDefaultName();
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

  if (playbooks.isError) return <Problem title={t('unread')}>{errorText(playbooks.error)}</Problem>;
  if (playbooks.isPending) return <Skeleton height={160} radius="md" />;
  if (all.length === 0) {
    return (
      <EmptyState title={t('none')} actions={<LinkAction href="/playbooks">{t('write')}</LinkAction>}>
        {t('noneHint')}
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
          label={t('name')}
          description={t('nameHint')}
          placeholder={defaultName(draft)}
          value={draft.name}
          maxLength={120}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('playbook')}
          description={t('playbookHint')}
          value={draft.playbookId}
          onChange={(event) => change({ playbookId: event.currentTarget.value })}
          data={[
            { value: '', label: t('choose'), disabled: true },
            ...all.map((one) => ({
              value: one.playbookId,
              label: `${one.name} (v${one.version})`,
            })),
          ]}
        />
        {NUMBERS.map((field) => (
          <NumberField
            key={field}
            label={t(`number.${field}`)}
            description={t(`numberHint.${field}`)}
            placeholder={String(inPlaybook[field] ?? holding(field))}
            value={draft[field] ?? ''}
            {...SETTING_LIMITS[field]}
            allowDecimal={field === 'healthIntervalSeconds'}
            allowNegative={false}
            onChange={(value) => change({ [field]: typeof value === 'number' ? value : null })}
          />
        ))}
      </div>
      {chosen && <PlaybookStagesShown definition={chosen.definition} />}
      {chosen && <Projected draft={draft} />}
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
