'use client';

import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';

/** The key that the environment gives, if there is one: it can be switched off, and on again. */
export function EnvironmentKey() {
  const t = useTranslations('settings.keys.environment');
  const trpc = useTRPC();
  const refusal = useRoleRefusal('admin');
  const { data } = useQuery(trpc.apiKeys.environment.queryOptions(undefined, { enabled: refusal === null }));
  const change = useChange(trpc.apiKeys.switchEnvironment.mutationOptions(), [
    trpc.apiKeys.environment.pathFilter(),
  ]);
  const [asking, setAsking] = useState(false);
  if (!data || data.state === 'none') return null;
  const on = data.state === 'on';
  return (
    <Group justify="space-between" mt="lg" wrap="wrap">
      <Text size="sm" c="dimmed">
        {t(on ? 'on' : 'off')}
      </Text>
      <ActionButton
        size="xs"
        variant="default"
        refusal={refusal}
        onClick={() => (on ? setAsking(true) : void change.mutateAsync({ on: true }))}
      >
        {t(on ? 'switchOff' : 'switchOn')}
      </ActionButton>
      <ConfirmDialog
        confirmation={
          asking
            ? removal(t('switchOffIt'), t('switchOffBody'), () =>
                refusalOf(change.mutateAsync({ on: false })),
              )
            : null
        }
        onClose={() => setAsking(false)}
      />
    </Group>
  );
}
