'use client';

import { Group, Text, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import { confirmsHealth } from '@/domain/playbook';
import type { Outputs } from '@/server/api/router';
import { PlaybookStages } from './playbook-stages';

type Playbook = Outputs['playbooks']['list']['items'][number];

/** One playbook in its newest version. */
export function PlaybookCard(props: { playbook: Playbook; refusal: string | null; onEdit: () => void }) {
  const { playbook, refusal, onEdit } = props;
  const t = useTranslations('playbooks.card');
  return (
    <>
      <Group justify="space-between" align="flex-start" mb="md">
        <div>
          <Title order={2}>{playbook.name}</Title>
          <Text c="dimmed" size="sm">
            {playbook.playbookId} · {t('version', { version: playbook.version, who: playbook.createdBy })}{' '}
            <RelativeTime at={playbook.createdAt} />
          </Text>
        </div>
        <RowAction size="xs" word={t('edit')} of={playbook.name} refusal={refusal} onClick={onEdit} />
      </Group>
      <PlaybookStages stages={playbook.definition.stages} />
      {!confirmsHealth(playbook.definition) && (
        <Text size="sm" mt="md" c="var(--sy-amber-text)">
          {t('unconfirmed')}
        </Text>
      )}
    </>
  );
}
