'use client';

import { Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { usePlansNews } from '@/components/live/plans-news';
import { Problem } from '@/components/ui/problem';
import { ShowMore } from '@/components/ui/show-more';

// Most of the time nothing waits.
const Decisions = dynamic(() => import('./decisions').then((module) => module.Decisions));

const UnapprovedStarts = dynamic(() =>
  import('./unapproved-starts').then((module) => module.UnapprovedStarts),
);

const AskedOverrides = dynamic(() => import('./asked-overrides').then((module) => module.AskedOverrides));

const LatePlans = dynamic(() => import('./late-plans').then((module) => module.LatePlans));

/** Everything, in every plan, that does not go on until somebody decides: all of it, or what waits for this person. */
export function WaitingForDecision() {
  const t = useTranslations('executor.decisions');
  const trpc = useTRPC();
  const [forMe, setForMe] = useQueryState('forMe', parseAsBoolean.withDefault(false));
  const waiting = useInfiniteQuery(
    trpc.executor.waiting.infiniteQueryOptions({ forMe }, { staleTime: 0, getNextPageParam: nextOf }),
  );
  const listed = useListed(waiting, (task) => task.taskId);
  usePlansNews(trpc.executor.waiting.pathFilter());
  const unapproved = useQuery(trpc.executor.unapprovedStarts.queryOptions(undefined, { staleTime: 0 }));
  usePlansNews(trpc.executor.unapprovedStarts.pathFilter());
  const asked = useQuery(trpc.executor.askedOverrides.queryOptions(undefined, { staleTime: 0 }));
  usePlansNews(trpc.executor.askedOverrides.pathFilter());
  const overdue = useQuery(trpc.executor.latePlans.queryOptions(undefined, { staleTime: 0 }));
  usePlansNews(trpc.executor.latePlans.pathFilter());
  const late = overdue.data?.filter(({ forYou }) => forYou || !forMe) ?? [];
  const starts = unapproved.data?.filter(({ forYou }) => forYou || !forMe) ?? [];
  const overrides = asked.data?.filter(({ forYou }) => forYou || !forMe) ?? [];
  return (
    <section>
      <Group justify="space-between" mb="xs" gap="sm">
        <Title order={2}>{t('title')}</Title>
        <SegmentedControl
          size="xs"
          aria-label={t('whose')}
          value={forMe ? 'me' : 'all'}
          onChange={(whose) => void setForMe(whose === 'me')}
          data={[
            { value: 'all', label: t('forAll') },
            { value: 'me', label: t('forMe') },
          ]}
        />
      </Group>
      {waiting.isError && <Problem title={t('unread')}>{errorText(waiting.error)}</Problem>}
      {waiting.isPending && <Skeleton height={72} radius="md" />}
      {waiting.isSuccess && listed.items.length + starts.length + overrides.length + late.length === 0 && (
        <Text c="dimmed">{t(forMe ? 'noneForMe' : 'none')}</Text>
      )}
      <Stack gap="sm">
        {late.length > 0 && <LatePlans plans={late} />}
        {starts.length > 0 && <UnapprovedStarts starts={starts} />}
        {overrides.length > 0 && <AskedOverrides overrides={overrides} />}
        {listed.items.length > 0 && <Decisions tasks={listed.items} />}
      </Stack>
      <ShowMore list={listed} what={t('what')} />
    </section>
  );
}
