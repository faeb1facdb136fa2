'use client';

import { Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useTakeBack } from '@/components/actions/use-take-back';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import figures from '@/components/ui/figures.module.css';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';

export type Entry = Outputs['audit']['list']['items'][number];

/** One entry in full: what was before, what came after. */
export function AuditEntry({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { before, after, ...rest } = entry.outcome;
  const parts: [string, unknown][] = [
    ['Before', before],
    ['After', after],
    ['Outcome', Object.keys(rest).length > 0 ? rest : undefined],
  ];
  return (
    <Modal opened onClose={onClose} title={`${entry.action} ${entry.target}`} size="lg">
      <Stack>
        <dl className={figures.figures}>
          <div>
            <dt>When</dt>
            <dd>
              <RelativeTime at={entry.at} absolute />
            </dd>
          </div>
          <div>
            <dt>Who</dt>
            <dd>{entry.actor}</dd>
          </div>
          <div>
            <dt>Reason</dt>
            <dd>{entry.reason ?? 'none given'}</dd>
          </div>
        </dl>
        {parts
          .filter(([, value]) => value !== undefined && value !== null)
          .map(([name, value]) => (
            <div key={name}>
              <Text size="sm" c="dimmed">
                {name}
              </Text>
              <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
              </Code>
            </div>
          ))}
        {entry.action === 'tenant.import' && typeof rest.importId === 'string' && (
          <TakeBack importId={rest.importId} onDone={onClose} />
        )}
      </Stack>
    </Modal>
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
