'use client';

import { Skeleton, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { usePlansNews } from '@/components/live/plans-news';
import { Problem } from '@/components/ui/problem';
import { ShowMore } from '@/components/ui/show-more';

// Most of the time nothing waits.
const Decisions = dynamic(() => import('./decisions').then((module) => module.Decisions));

/** Everything, in every plan, that does not go on until somebody decides. */
export function WaitingForDecision() {
  const t = useTranslations('executor.decisions');
  const trpc = useTRPC();
  const waiting = useInfiniteQuery(
    trpc.executor.waiting.infiniteQueryOptions({}, { staleTime: 0, getNextPageParam: nextOf }),
  );
  const listed = useListed(waiting, (task) => task.taskId);
  usePlansNews(trpc.executor.waiting.pathFilter());
  return (
    <section>
      <Title order={2} mb="xs">
        {t('title')}
      </Title>
      {waiting.isError && <Problem title={t('unread')}>{errorText(waiting.error)}</Problem>}
      {waiting.isPending && <Skeleton height={72} radius="md" />}
      {waiting.isSuccess && listed.items.length === 0 && <Text c="dimmed">{t('none')}</Text>}
      {listed.items.length > 0 && <Decisions tasks={listed.items} />}
      <ShowMore list={listed} what={t('what')} />
    </section>
  );
}
