'use client';

import { NativeSelect } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { useSay } from '@/components/i18n/said';
import { ROLES, type Role } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ConfirmDialog, removal } from '@/components/ui/confirm';

const NOBODY = 'nobody';
/** From the mildest on. */
const CHOICES = [NOBODY, ...ROLES.toReversed()] as const;

/** Whom a second factor is required of. */
export function SecondFactorRule() {
  const t = useTranslations('secondFactor.rule');
  const words = useTranslations('settings');
  const say = useSay();
  const trpc = useTRPC();
  const rule = useQuery(trpc.members.secondFactor.queryOptions({}));
  const { mutateAsync } = useChange(trpc.members.requireSecondFactor.mutationOptions(), [
    trpc.members.secondFactor.pathFilter(),
  ]);
  const [asking, setAsking] = useState<Role | null>(null);
  const current = rule.data?.requiredFrom ?? null;
  const requireFrom = (requiredFrom: Role | null) => refusalOf(mutateAsync({ requiredFrom }));

  async function choose(wanted: Role | null) {
    const stricter = wanted !== null && (current === null || ROLES.indexOf(wanted) < ROLES.indexOf(current));
    if (stricter) return setAsking(wanted);
    const refused = await requireFrom(wanted);
    if (refused) notifications.show({ color: 'red', title: words('refused'), message: say(refused) });
  }
  const confirmation = asking && {
    ...removal(t(`ask.${asking}`), t('askBody'), () => requireFrom(asking)),
    destructive: false,
  };
  return (
    <Section title={t('title')} about={t('about')} error={rule.error}>
      <NativeSelect
        label={t('requiredOf')}
        w={280}
        maw="100%"
        value={current ?? NOBODY}
        aria-disabled={rule.isPending || undefined}
        data={CHOICES.map((value) => ({ value, label: t(`of.${value}`) }))}
        onChange={(event) => void choose(ROLES.find((role) => role === event.currentTarget.value) ?? null)}
      />
      <ConfirmDialog confirmation={confirmation} onClose={() => setAsking(null)} />
    </Section>
  );
}
