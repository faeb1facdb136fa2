'use client';

import { Group, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useTakeBack } from '@/components/actions/use-take-back';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { Dialog } from '@/components/ui/dialog';
import { Figures } from '@/components/ui/figures';
import { RelativeTime } from '@/components/ui/relative-time';
import { StoredValues } from '@/components/ui/stored-values';
import type { Outputs } from '@/server/api/router';
import classes from './audit.module.css';

export type Entry = Outputs['audit']['list']['items'][number];

/** One entry in full: what was before, what came after. */
export function AuditEntry({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useTranslations('audit');
  const { before, after, ...rest } = entry.outcome;
  return (
    <Dialog onClose={onClose} title={`${entry.action} ${entry.target}`} size="lg">
      <Stack>
        <Figures
          rows={[
            [t('when'), <RelativeTime key="when" at={entry.at} absolute />],
            [t('actor'), entry.actorId ? `${entry.actor} · ${entry.actorId}` : entry.actor],
            [t('reason'), entry.reason ?? t('noReason')],
          ]}
        />
        <StoredValues
          values={[
            [t('before'), before],
            [t('after'), after],
            [t('cameOfIt'), Object.keys(rest).length > 0 ? rest : undefined],
          ]}
          size="sm"
          className={classes.stored}
        />
        {(entry.action === 'tenant.import' || entry.action === 'tenant.editLabels') &&
          typeof rest.importId === 'string' && (
            <TakeBack
              importId={rest.importId}
              changed={entry.action === 'tenant.import' ? 'import' : 'labels'}
              word={t(entry.action === 'tenant.import' ? 'takeBack' : 'takeBackLabels')}
              onDone={onClose}
            />
          )}
      </Stack>
    </Dialog>
  );
}

/** The way back from an import; the server knows what was changed since. */
function TakeBack(props: {
  importId: string;
  changed: 'import' | 'labels';
  word: string;
  onDone: () => void;
}) {
  const t = useTranslations('audit');
  const takeBack = useTakeBack(props.changed);
  const refusal = useRoleRefusal();
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed">
        {t('takeBackHint')}
      </Text>
      <ActionButton
        refusal={refusal}
        variant="default"
        onClick={() => {
          props.onDone();
          void takeBack(props.importId);
        }}
      >
        {props.word}
      </ActionButton>
    </Group>
  );
}
