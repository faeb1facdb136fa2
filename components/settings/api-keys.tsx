'use client';

import { Badge, Button, Group, Paper, Skeleton, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { ConfirmDialog } from '@/components/ui/confirm';
import type { Confirmation } from '@/components/ui/confirmation';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShowMore } from '@/components/ui/show-more';
import type { Outputs } from '@/server/api/router';
import { CreateKeyDialog } from './create-key-dialog';

type ApiKey = Outputs['apiKeys']['list']['items'][number];

/** The keys of programs that use the API. */
export function ApiKeys() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const t = useTranslations('shell');
  const refusal = useRoleRefusal('admin');
  const keys = useInfiniteQuery(
    trpc.apiKeys.list.infiniteQueryOptions({}, { enabled: refusal === null, getNextPageParam: nextOf }),
  );
  const listed = useListed(keys, (key) => key.id);
  const revoke = useMutation(trpc.apiKeys.revoke.mutationOptions());
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const confirmation: Confirmation | null = revoking && {
    action: `Revoke ${revoking.name}`,
    body: 'Whoever uses this key is refused from the next request on. It cannot be undone; a new key can be created at any time.',
    friction: 'dialog',
    wayOut: 'keepAsIs',
    destructive: true,
    figures: revoking.id,
    onConfirm: async () => {
      try {
        await revoke.mutateAsync({ id: revoking.id });
      } catch (error) {
        return errorText(error);
      }
      await queries.invalidateQueries(trpc.apiKeys.pathFilter());
      return null;
    },
  };
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2}>API keys</Title>
        <ActionButton
          variant="default"
          size="xs"
          refusal={refusal}
          leftSection={<KeyRound size={14} aria-hidden="true" />}
          onClick={() => setCreating(true)}
        >
          Create API key
        </ActionButton>
      </Group>
      {keys.isError && <Problem title="The keys could not be read">{errorText(keys.error)}</Problem>}
      {refusal && <Text c="dimmed">Only administrators see the keys.</Text>}
      {!refusal && keys.isPending && <Skeleton height={120} radius="md" />}
      {keys.isSuccess && listed.items.length === 0 && (
        <Text c="dimmed">No keys yet. A key lets a program use the API without signing in.</Text>
      )}
      {listed.items.length > 0 && (
        <Paper withBorder>
          <Table.ScrollContainer minWidth={300} type="native">
            <Table horizontalSpacing="md" verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th visibleFrom="sm">Role</Table.Th>
                  <Table.Th visibleFrom="sm">Created</Table.Th>
                  <Table.Th visibleFrom="sm">Last used</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Td />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
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
                        <Button
                          variant="default"
                          size="compact-sm"
                          aria-label={`Revoke ${key.name}`}
                          onClick={() => setRevoking(key)}
                        >
                          Revoke
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
      <ShowMore list={listed} what="keys" />
      <CreateKeyDialog opened={creating} onClose={() => setCreating(false)} />
      <ConfirmDialog confirmation={confirmation} onClose={() => setRevoking(null)} />
    </section>
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
