'use client';

import { Text, Textarea } from '@mantine/core';
import { useFormatter, useTranslations } from 'use-intl';
import { useApprovalWords } from '@/components/actions/use-approval-words';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { useDatabaseClock } from '@/components/live/use-live-plan';
import { SHORT_MOMENT } from '@/components/ui/short-moment';
import { WhenField } from '@/components/ui/when-field';
import type { ApprovalRule } from '@/domain/approval';
import { MOST_OVERRIDE_DAYS, usualEnd } from '@/domain/freeze-override';
import type { PlanView } from '@/domain/view/plan-view';

const REASON = { minRows: 2, maxLength: 280, autosize: true } as const;

/** Asks that freezes do not hold a plan: why, and until when. `until` is when those that hold it now have ended, ISO 8601. */
export function OverrideDialog(props: {
  plan: PlanView;
  until: string;
  rule: ApprovalRule;
  onClose: () => void;
}) {
  const { plan, rule, onClose } = props;
  const t = useTranslations('planPage.freeze.dialog');
  const format = useFormatter();
  const words = useApprovalWords();
  const trpc = useTRPC();
  const clock = useDatabaseClock();
  const end = usualEnd([props], new Date(clock)) ?? new Date(props.until);
  const ask = useChange(trpc.plans.overrideFreezes.mutationOptions(), [trpc.plans.freezes.pathFilter()]);
  const asked = { ...rule, given: [], by: '', id: '', reason: '', at: '', until: props.until };
  const start: { reason: string; until: Date | null } = { reason: '', until: null };
  return (
    <FormDialog
      title={t('title', { plan: plan.planId })}
      onClose={onClose}
      start={start}
      send={({ reason, until }, requestId) =>
        ask.mutateAsync({ planId: plan.planId, reason, ...(until ? { until } : {}), requestId })
      }
      submit={t('submit')}
      refused={t('refused')}
    >
      {(form) => (
        <>
          <Text size="sm">
            {t('about')} {rule.needs === 1 && t(`grants.${rule.role}`)} {words(asked)}
          </Text>
          <Textarea
            label={t('reason')}
            description={t('reasonHint')}
            {...form.getInputProps('reason')}
            {...REASON}
            required
            data-autofocus
          />
          <WhenField
            label={t('until')}
            hint={t(end < new Date(props.until) ? 'untilMost' : 'untilHint', {
              time: format.dateTime(end, SHORT_MOMENT),
              days: MOST_OVERRIDE_DAYS,
            })}
            {...form.getInputProps('until')}
            value={form.values.until}
          />
        </>
      )}
    </FormDialog>
  );
}

/** Takes an override back, or says no to one that waits. */
export function WithdrawDialog(props: { plan: PlanView; granted: boolean; onClose: () => void }) {
  const { plan, granted, onClose } = props;
  const t = useTranslations('planPage.freeze.withdrawal');
  const trpc = useTRPC();
  const withdraw = useChange(trpc.plans.withdrawOverride.mutationOptions(), [
    trpc.plans.freezes.pathFilter(),
  ]);
  return (
    <FormDialog
      title={t('title', { plan: plan.planId })}
      onClose={onClose}
      start={{ reason: '' }}
      send={({ reason }, requestId) =>
        withdraw.mutateAsync({ planId: plan.planId, reason: reason.trim() || null, requestId })
      }
      submit={t('submit')}
      refused={t('refused')}
    >
      {(form) => (
        <>
          <Text size="sm">{t(granted ? 'about' : 'asked')}</Text>
          <Textarea label={t('reason')} {...form.getInputProps('reason')} {...REASON} data-autofocus />
        </>
      )}
    </FormDialog>
  );
}
