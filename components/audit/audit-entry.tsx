'use client';

import { Code, Modal, Stack, Text } from '@mantine/core';
import figures from '@/components/new-plan/new-plan.module.css';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Entry } from './audit-screen';

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
      </Stack>
    </Modal>
  );
}
