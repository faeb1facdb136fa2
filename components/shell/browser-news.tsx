'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPC, useTRPCClient } from '@/components/api/client';
import { OF_THE_FLEET_MILLIS, usePlansNews } from '@/components/live/plans-news';
import { type NewsChoice, useNewsChoice } from '@/components/session/news-choice';
import type { NewsItem } from '@/domain/view/news';

/** More than so many at once are told as a number. */
const MOST_AT_ONCE = 3;
/** An event bears the time of its decision, and is stored a little later. */
const OVERLAP_MILLIS = 10_000;

/** Tells what happens in the browser's own notifications while nobody looks at the page, for who asked for it. */
export function BrowserNews() {
  const choice = useNewsChoice();
  // Who chooses otherwise hears what happens from then on.
  return choice ? <Telling key={JSON.stringify(choice)} choice={choice} /> : null;
}

function Telling({ choice }: { choice: NewsChoice }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const router = useRouter();
  const t = useTranslations('shell.news');
  const after = useRef<string>(undefined);
  const asked = { topics: [...choice.topics], mine: choice.mine };
  const { data } = useQuery({
    ...trpc.fleet.news.queryOptions(asked),
    queryFn: ({ signal }) => client.fleet.news.query({ ...asked, after: after.current }, { signal }),
  });
  usePlansNews(trpc.fleet.news.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  const began = useRef<Date>(undefined);
  const told = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (!data) return;
    // The first answer tells what time it is; what a cache holds was told before.
    const isFirst = began.current === undefined;
    began.current ??= data.now;
    after.current = new Date(
      Math.max(began.current.getTime(), data.now.getTime() - OVERLAP_MILLIS),
    ).toISOString();
    const items = data.items.filter(({ eventId }) => !told.current.has(eventId));
    // Each answer holds all of the one before that the next can hold.
    told.current = new Set(data.items.map(({ eventId }) => eventId));
    if (isFirst || document.visibilityState === 'visible') return;
    const show = (title: string, body: string, link: string, tag: string) => {
      const notification = new Notification(title, { body, tag });
      notification.onclick = () => {
        window.focus();
        router.push(link);
        notification.close();
      };
    };
    const [first] = items;
    if (first && items.length > MOST_AT_ONCE)
      return show(t('several', { count: items.length }), '', '/', first.eventId);
    for (const item of items)
      show(
        t(item.kind, { tenant: item.tenantName ?? '' }),
        `${item.planId} · ${item.planName}`,
        linkOf(item),
        item.eventId,
      );
  }, [data, router, t]);
  return null;
}

const linkOf = ({ planId, taskId }: NewsItem): string =>
  taskId ? `/plans/${planId}/tasks/${taskId}` : `/plans/${planId}`;
