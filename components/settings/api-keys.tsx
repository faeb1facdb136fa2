'use client';

import { Badge, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refusalOf, useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog, removal } from '@/components/ui/confirm';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import type { Outputs } from '@/server/api/router';
import { CreateKeyDialog } from './create-key-dialog';

type ApiKey = Outputs['apiKeys']['list']['items'][number];

const HEAD = [
  'Name',
  { name: 'Role', wide: true },
  { name: 'Created', wide: true },
  { name: 'Last used', wide: true },
  'State',
  '',
] as const;

/** The keys of programs that use the API. */
export function ApiKeys() {
  const trpc = useTRPC();
  const t = useTranslations('shell');
  const refusal = useRoleRefusal('admin');
  const keys = useInfiniteQuery(
    trpc.apiKeys.list.infiniteQueryOptions({}, { enabled: refusal === null, getNextPageParam: nextOf }),
  );
  const listed = useListed(keys, (key) => key.id);
  const revoke = useChange(trpc.apiKeys.revoke.mutationOptions(), [trpc.apiKeys.pathFilter()]);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const confirmation =
    revoking &&
    removal(
      `Revoke ${revoking.name}`,
      'Whoever uses this key is refused from the next request on. It cannot be undone; a new key can be created at any time.',
      () => refusalOf(revoke.mutateAsync({ id: revoking.id })),
    );
  return (
    <>
      <Section
        title="API keys"
        action={
          <ActionButton
            variant="default"
            size="xs"
            refusal={refusal}
            leftSection={<KeyRound size={14} aria-hidden="true" />}
            onClick={() => setCreating(true)}
          >
            Create API key
          </ActionButton>
        }
        state={refusal ? undefined : keys}
        unread="The keys could not be read"
        empty={
          refusal
            ? 'Only administrators see the keys.'
            : listed.items.length === 0 && 'No keys yet. A key lets a program use the API without signing in.'
        }
        more={{ list: listed, what: 'keys' }}
        head={HEAD}
        minWidth={300}
      >
        {listed.items.map((key) => (
          <Table.Tr key={key.id}>
            <Table.Td>
              <Text fw={600}>{key.name}</Text>
              <Text size="sm" c="dimmed" ff="monospace">
                {key.prefix}…
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{t(`roles.${key.role}`)}</Table.Td>
            <Table.Td visibleFrom="sm">
              <RelativeTime at={key.createdAt} /> by {key.createdBy}
            </Table.Td>
            <Table.Td visibleFrom="sm">
              {key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : 'Never'}
            </Table.Td>
            <Table.Td>
              <KeyState apiKey={key} />
            </Table.Td>
            <Table.Td ta="right">
              {key.revokedAt === null && (
                <RowAction word="Revoke" of={key.name} onClick={() => setRevoking(key)} />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Section>
      {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog confirmation={confirmation} onClose={() => setRevoking(null)} />
    </>
  );
}

function KeyState({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.revokedAt) return <Badge variant="default">Revoked</Badge>;
  if (!apiKey.expiresAt) return <Badge variant="default">Valid</Badge>;
  return (
    <span>
      Expires <RelativeTime at={apiKey.expiresAt} />
    </span>
  );
}
