'use client';

import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { useSay } from '@/components/i18n/said';
import { usePlansNews } from '@/components/live/plans-news';
import { Figures } from '@/components/ui/figures';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import { Processes } from './processes';
import { StopControl } from './stop-control';
import { WaitingForDecision } from './waiting';

type Overview = Outputs['executor']['nodes'];

/** Everything else is pushed; that a process beats no more is told by nobody. */
const BEAT_MILLIS = 10_000;

/** Who does the work, and how much of it waits. */
export function ExecutorScreen() {
  const t = useTranslations('executor');
  const say = useSay();
  const trpc = useTRPC();
  const overview = useQuery(
    trpc.executor.nodes.queryOptions(undefined, { refetchInterval: BEAT_MILLIS, staleTime: 0 }),
  );
  usePlansNews(trpc.executor.nodes.pathFilter());
  const { data } = overview;
  return (
    <>
      <PageHeader
        title={t('title')}
        below={t('about')}
        actions={data && <StopControl stopped={data.stopped !== null} active={data.active} />}
      />
      <Stack gap="lg">
        {overview.isError && <Problem title={t('unread')}>{errorText(overview.error)}</Problem>}
        {data?.stopped && <Stopped {...data.stopped} />}
        {data && data.slots === 0 && (
          <Problem kind="warning" title={t('nobody')}>
            {t('nobodyBody')}
          </Problem>
        )}
        {data && <Troubled nodes={data.nodes} />}
        {data ? (
          <Figures
            rows={[
              [
                t('here'),
                data.here.executing ? t('executes') : t('answersOnly', { why: say(data.here.because) }),
              ],
              [t('running'), t('ofSlots', { active: data.active, slots: data.slots })],
              [t('waiting'), String(data.queued)],
            ]}
          />
        ) : (
          overview.isPending && <Skeleton height={96} radius="md" />
        )}
        <WaitingForDecision />
        {!overview.isError && <Processes nodes={data?.nodes} />}
      </Stack>
    </>
  );
}

function Stopped({ by, at, reason }: NonNullable<Overview['stopped']>) {
  const t = useTranslations('executor');
  return (
    <Problem title={t('stopped')}>
      {t.rich('stoppedBy', { who: by, reason, when: () => <RelativeTime at={at} /> })}
    </Problem>
  );
}

/** Plans that do not get on, while the others do. */
function Troubled({ nodes }: { nodes: Overview['nodes'] }) {
  const say = useSay();
  const t = useTranslations('executor');
  const troubled = nodes.flatMap(({ alive, trouble }) => (alive ? Object.entries(trouble) : []));
  return troubled.map(([planId, { since, message }]) => (
    <Problem
      key={planId}
      kind="warning"
      title={t.rich('troubled', { plan: () => <Link href={`/plans/${planId}`}>{planId}</Link> })}
    >
      {t.rich('troubledSince', { message: say(message), when: () => <RelativeTime at={since} /> })}
    </Problem>
  ));
}
