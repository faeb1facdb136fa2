'use client';

import { Group, Stack, Text } from '@mantine/core';
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
  const { before, after, ...rest } = entry.outcome;
  return (
    <Dialog onClose={onClose} title={`${entry.action} ${entry.target}`} size="lg">
      <Stack>
        <Figures
          rows={[
            ['When', <RelativeTime key="when" at={entry.at} absolute />],
            ['Who', entry.actor],
            ['Reason', entry.reason ?? 'none given'],
          ]}
        />
        <StoredValues
          values={[
            ['Before', before],
            ['After', after],
            ['Outcome', Object.keys(rest).length > 0 ? rest : undefined],
          ]}
          size="sm"
          className={classes.stored}
        />
        {entry.action === 'tenant.import' && typeof rest.importId === 'string' && (
          <TakeBack importId={rest.importId} onDone={onClose} />
        )}
      </Stack>
    </Dialog>
  );
}

/** The way back from an import; the server knows what was changed since. */
function TakeBack({ importId, onDone }: { importId: string; onDone: () => void }) {
  const takeBack = useTakeBack();
  const refusal = useRoleRefusal();
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed">
        Tenants that were changed since stay as they are.
      </Text>
      <ActionButton
        refusal={refusal}
        variant="default"
        onClick={() => {
          onDone();
          void takeBack(importId);
        }}
      >
        Take this import back
      </ActionButton>
    </Group>
  );
}
