'use client';

import { Paper, Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { useRoleRefusal } from '@/components/session/role';
import { AddButton } from '@/components/ui/add-button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { ShowMore } from '@/components/ui/show-more';
import { EXAMPLE } from './example';
import { PlaybookCard } from './playbook-card';

const Builder = dynamic(() => import('./builder').then((module) => module.Builder), {
  loading: () => <Skeleton height={360} radius="md" />,
});

/** How switches are done, each as the stages it goes through; the address says which one is being written. */
export function PlaybooksScreen() {
  const [{ edit, create }, setWritten] = useQueryStates(
    { edit: parseAsString, create: parseAsBoolean.withDefault(false) },
    { history: 'push', scroll: true },
  );
  const leave = () => void setWritten({ edit: null, create: null });
  if (create)
    return (
      <Builder
        stored={EXAMPLE}
        isNew
        onLeave={leave}
        onSaved={(playbookId) => void setWritten({ edit: playbookId, create: null })}
      />
    );
  if (edit !== null) return <Edited key={edit} playbookId={edit} onLeave={leave} />;
  return (
    <Playbooks
      onCreate={() => void setWritten({ create: true })}
      onEdit={(playbookId) => void setWritten({ edit: playbookId })}
    />
  );
}

function Edited({ playbookId, onLeave }: { playbookId: string; onLeave: () => void }) {
  const t = useTranslations('playbooks');
  const trpc = useTRPC();
  const stored = useQuery(trpc.playbooks.get.queryOptions({ playbookId }));
  if (stored.error) return <Problem title={t('unread')}>{errorText(stored.error)}</Problem>;
  if (!stored.data) return <Skeleton height={360} radius="md" />;
  const { name, definition } = stored.data;
  return (
    <Builder
      stored={{ playbookId, name, definition: JSON.stringify(definition, null, 2) }}
      isNew={false}
      onLeave={onLeave}
      onSaved={() => {}}
    />
  );
}

function Playbooks(props: { onCreate: () => void; onEdit: (playbookId: string) => void }) {
  const t = useTranslations('playbooks');
  const trpc = useTRPC();
  const playbooks = useInfiniteQuery(
    trpc.playbooks.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }),
  );
  const listed = useListed(playbooks, (playbook) => playbook.playbookId);
  const refusal = useRoleRefusal();
  const create = (
    <AddButton refusal={refusal} onClick={props.onCreate}>
      {t('newTitle')}
    </AddButton>
  );
  const empty = playbooks.isSuccess && listed.items.length === 0;
  return (
    <>
      <PageHeader title={t('title')} actions={playbooks.isSuccess && !empty && create} />
      {playbooks.isError && <Problem title={t('unread')}>{errorText(playbooks.error)}</Problem>}
      {playbooks.isPending && <Skeleton height={240} radius="md" />}
      {empty && (
        <EmptyState title={t('none')} actions={create}>
          {t('noneHint')}
        </EmptyState>
      )}
      <Stack gap="lg">
        {listed.items.map((playbook) => (
          <Paper key={playbook.playbookId} component="section" withBorder p="lg">
            <PlaybookCard
              playbook={playbook}
              refusal={refusal}
              onEdit={() => props.onEdit(playbook.playbookId)}
            />
          </Paper>
        ))}
      </Stack>
      <ShowMore list={listed} what={t('many')} />
    </>
  );
}
