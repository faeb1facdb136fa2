'use client';

import { Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { AddButton } from '@/components/ui/add-button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';
import { ShowMore } from '@/components/ui/show-more';
import { confirmsHealth } from '@/domain/playbook';
import type { Outputs } from '@/server/api/router';
import { EXAMPLE } from './example';
import { PlaybookEditor, type PlaybookText } from './playbook-editor';
import { PlaybookStages } from './playbook-stages';

type Playbook = Outputs['playbooks']['list']['items'][number];

/** How switches are done, each as the stages it goes through. */
export function PlaybooksScreen() {
  const trpc = useTRPC();
  const playbooks = useInfiniteQuery(
    trpc.playbooks.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }),
  );
  const listed = useListed(playbooks, (playbook) => playbook.playbookId);
  const [editing, setEditing] = useState<PlaybookText | null>(null);
  const refusal = useRoleRefusal();
  const create = (
    <AddButton refusal={refusal} onClick={() => setEditing(EXAMPLE)}>
      New playbook
    </AddButton>
  );
  const empty = playbooks.isSuccess && listed.items.length === 0;
  return (
    <>
      <PageHeader title="Playbooks" actions={playbooks.isSuccess && !empty && create} />
      {playbooks.isError && (
        <Problem title="The playbooks could not be read">{errorText(playbooks.error)}</Problem>
      )}
      {playbooks.isPending && <Skeleton height={240} radius="md" />}
      {empty && (
        <EmptyState title="No playbooks yet" actions={create}>
          A playbook says in which stages a tenant is switched: where the configuration is sent, who is told,
          and how it is checked that everybody runs it.
        </EmptyState>
      )}
      <Stack gap="lg">
        {listed.items.map((playbook) => (
          <PlaybookCard
            key={playbook.playbookId}
            playbook={playbook}
            refusal={refusal}
            onEdit={() => setEditing(textOf(playbook))}
          />
        ))}
      </Stack>
      <ShowMore list={listed} what="playbooks" />
      {editing && <PlaybookEditor start={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function textOf({ playbookId, name, definition }: Playbook): PlaybookText {
  return { exists: true, playbookId, name, definition: JSON.stringify(definition, null, 2) };
}

function PlaybookCard(props: { playbook: Playbook; refusal: string | null; onEdit: () => void }) {
  const { playbook, refusal, onEdit } = props;
  return (
    <Paper component="section" withBorder p="lg">
      <Group justify="space-between" align="flex-start" mb="md">
        <div>
          <Title order={2}>{playbook.name}</Title>
          <Text c="dimmed" size="sm">
            {playbook.playbookId} · version {playbook.version} · saved by {playbook.createdBy},{' '}
            <RelativeTime at={playbook.createdAt} />
          </Text>
        </div>
        <RowAction size="xs" word="Edit" of={playbook.name} refusal={refusal} onClick={onEdit} />
      </Group>
      <PlaybookStages stages={playbook.definition.stages} />
      {!confirmsHealth(playbook.definition) && (
        <Text size="sm" mt="md" c="var(--sy-amber-text)">
          No health check follows the last configuration update, so a finished switch never counts as last
          known good.
        </Text>
      )}
    </Paper>
  );
}
