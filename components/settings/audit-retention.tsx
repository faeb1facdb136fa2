'use client';

import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { NumberField } from '@/components/form/number-field';
import { useFleetRefusal, useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { LEAST_AUDIT_DAYS, MOST_AUDIT_DAYS } from '@/domain/audit-summary';

type Values = { days: number | string };

/** How long the audit log is kept; it is about the whole fleet. */
export function AuditRetention() {
  return useFleetRefusal('viewer') === null ? <Retention /> : null;
}

function Retention() {
  const t = useTranslations('settings.auditRetention');
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const current = useQuery(trpc.settings.auditRetention.queryOptions());
  const keep = useChange(trpc.settings.keepAudit.mutationOptions(), [
    trpc.settings.auditRetention.pathFilter(),
  ]);
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState<number | null>(null);
  const days = current.data?.days ?? null;
  const shorter = (wanted: number | null) => wanted !== null && (days === null || wanted < days);
  const confirmation =
    asking === null
      ? null
      : removal(t('ask', { days: asking }), t('askBody', { days: asking }), () =>
          refusalOf(keep.mutateAsync({ days: asking })),
        );
  return (
    <Section
      title={t('title')}
      about={t('about')}
      error={current.error}
      action={
        <ActionButton size="compact-sm" variant="default" refusal={refusal} onClick={() => setOpen(true)}>
          {t('change')}
        </ActionButton>
      }
    >
      <Text size="sm">{current.isSuccess && (days === null ? t('forEver') : t('told', { days }))}</Text>
      {open && (
        <FormDialog<Values, unknown>
          title={t('title')}
          onClose={() => setOpen(false)}
          start={{ days: days ?? '' }}
          send={async ({ days: given }) => {
            const wanted = given === '' ? null : Number(given);
            // What is gone does not come back: asked once more.
            if (shorter(wanted) && wanted !== null && wanted >= LEAST_AUDIT_DAYS) setAsking(wanted);
            else await keep.mutateAsync({ days: wanted });
          }}
          submit={t('submit')}
          refused={t('refused')}
        >
          {(form) => (
            <NumberField
              label={t('days')}
              description={t('daysHint', { least: LEAST_AUDIT_DAYS })}
              max={MOST_AUDIT_DAYS}
              allowDecimal={false}
              allowNegative={false}
              {...form.getInputProps('days')}
              data-autofocus
            />
          )}
        </FormDialog>
      )}
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </Section>
  );
}
