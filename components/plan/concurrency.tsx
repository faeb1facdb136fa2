'use client';

import { Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPCClient } from '@/components/api/client';
import { newRequestId } from '@/components/api/request-id';
import { useSay } from '@/components/i18n/said';
import { planRefusal } from '@/components/live/situation';
import { useCounted } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { SETTING_LIMITS } from '@/domain/settings';
import type { PlanView } from '@/domain/view/plan-view';

/** How many tenants are switched at once; may be changed while the plan runs. */
export function Concurrency({ plan }: { plan: PlanView }) {
  const t = useTranslations('planPage.concurrency');
  const refusal = useCounted((figures, of) => planRefusal(of, figures, 'setConcurrency'));
  const client = useTRPCClient();
  const mayNot = useAskRefusal();
  const say = useSay();
  const [draft, setDraft] = useState<number | null>(null);
  const [saving, setSaving] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const value = draft ?? plan.maxConcurrency;
  const changed = value !== plan.maxConcurrency;
  const why = mayNot ?? refusal;

  async function save() {
    setSaving(true);
    try {
      const { planId } = plan;
      await client.plans.setConcurrency.mutate({ planId, maxConcurrency: value, requestId: newRequestId() });
      setRefused(null);
      setDraft(null);
    } catch (error) {
      setRefused(errorText(error));
    } finally {
      setSaving(false);
    }
  }

  // What cannot be changed does not look as if it could.
  if (why !== null && !changed)
    return (
      <Text size="sm" c="dimmed" title={say(why)}>
        {t('holds', { count: String(plan.maxConcurrency) })}
      </Text>
    );
  return (
    <Group gap={6} align="center" wrap="nowrap">
      {/* The plain field: the one with its own arrows is not worth its weight on this page. */}
      <TextInput
        type="number"
        aria-label={t('label')}
        size="xs"
        w={128}
        leftSectionWidth={62}
        leftSection={t('unit')}
        styles={{ section: { fontSize: 'var(--mantine-font-size-xs)', color: 'var(--sy-dimmed)' } }}
        min={1}
        max={SETTING_LIMITS.maxConcurrency.max}
        value={value}
        onChange={(event) => setDraft(Number(event.currentTarget.value) || 1)}
        error={refused ?? undefined}
      />
      {changed && (
        <ActionButton size="xs" variant="default" refusal={why} loading={saving} onClick={() => void save()}>
          {t('save')}
        </ActionButton>
      )}
    </Group>
  );
}
