'use client';

import { NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { WhenField } from '@/components/ui/when-field';
import { AT_DEADLINE, type AtDeadline } from '@/domain/plan';
import type { PlanView } from '@/domain/view/plan-view';

/** Sets until when the plan may begin anything, moves that, or takes it away. */
export function DeadlineDialog({ plan, onClose }: { plan: PlanView; onClose: () => void }) {
  const t = useTranslations('planPage.deadline.dialog');
  const trpc = useTRPC();
  const set = useChange(trpc.plans.setDeadline.mutationOptions(), []);
  // What was looked at when this was opened: another one since is not replaced unseen.
  const [seen] = useState(() => (plan.deadline ? new Date(plan.deadline.finishBy) : null));
  const start: { finishBy: Date | null; atDeadline: AtDeadline } = {
    finishBy: seen,
    atDeadline: plan.deadline?.otherwise ?? 'hold',
  };
  return (
    <FormDialog
      title={t('title', { plan: plan.planId })}
      onClose={onClose}
      start={start}
      send={({ finishBy, atDeadline }, requestId) => {
        const given = finishBy ? { finishBy, atDeadline } : { finishBy };
        return set.mutateAsync({ planId: plan.planId, ...given, seen, requestId });
      }}
      hold={({ finishBy }) => (seen === null && finishBy === null ? t('none') : null)}
      submit={({ finishBy }) => t(finishBy === null && seen !== null ? 'remove' : 'save')}
      refused={t('refused')}
    >
      {(form) => (
        <>
          <Text size="sm">{t('about')}</Text>
          <WhenField
            label={t('finishBy')}
            {...(seen ? { hint: t('empty') } : {})}
            {...form.getInputProps('finishBy')}
            value={form.values.finishBy}
          />
          <NativeSelect
            label={t('atDeadline')}
            data={AT_DEADLINE.map((value) => ({ value, label: t(`thens.${value}`) }))}
            {...form.getInputProps('atDeadline')}
          />
        </>
      )}
    </FormDialog>
  );
}
