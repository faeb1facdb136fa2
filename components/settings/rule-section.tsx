'use client';

import { Group, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf } from '@/components/api/change';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';

/** A rule of who approves something, which may be there or not: what it says, and the ways to change and remove it. */
export function RuleSection(props: {
  /** Whose words. */
  of: 'protection' | 'overrides';
  isSet: boolean;
  error: unknown;
  /** What it says; of one that is not set, what holds then. */
  told: ReactNode;
  onRemove: () => Promise<unknown>;
  dialog: (close: () => void) => ReactNode;
}) {
  const { of, isSet } = props;
  const t = useTranslations(`settings.${of}`);
  const refusal = useRoleRefusal('admin');
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const button = (what: 'change' | 'remove', label: string) => (
    <ActionButton size="compact-sm" variant="default" refusal={refusal} onClick={() => setOpen(what)}>
      {label}
    </ActionButton>
  );
  return (
    <Section
      title={t('title')}
      about={t('about')}
      error={props.error}
      action={
        <Group gap={6}>
          {button('change', t(isSet ? 'change' : 'add'))}
          {isSet && button('remove', t('removeVerb'))}
        </Group>
      }
    >
      <Text size="sm">{props.told}</Text>
      {open === 'change' && props.dialog(close)}
      <ConfirmDialog
        confirmation={
          open === 'remove' ? removal(t('remove'), t('removeBody'), () => refusalOf(props.onRemove())) : null
        }
        onClose={close}
      />
    </Section>
  );
}
