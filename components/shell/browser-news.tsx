'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { useTRPCClient } from '@/components/api/client';
import { liveSocket } from '@/components/live/socket';
import { type NewsChoice, useNewsChoice } from '@/components/session/news-choice';
import type { NewsItem } from '@/domain/view/news';

/** What comes within this is asked for at once. */
const TOGETHER_MILLIS = 1000;
/** More than so many at once are told as a number. */
const MOST_AT_ONCE = 3;
/** An event bears the time of its decision, and is stored a little later. */
const OVERLAP_MILLIS = 10_000;
/** Of what was told, so that nothing is told twice. */
const MOST_REMEMBERED = 1000;

/** Tells what happens in the browser's own notifications while nobody looks at the page, for who asked for it. */
export function BrowserNews() {
  const choice = useNewsChoice();
  return choice ? <Telling choice={choice} /> : null;
}

function Telling({ choice }: { choice: NewsChoice }) {
  const client = useTRPCClient();
  const router = useRouter();
  const t = useTranslations('shell.news');
  useEffect(() => {
    const socket = liveSocket();
    const stop = new AbortController();
    const changed = new Set<string>();
    const told = new Set<string>();
    let after: Date | undefined;
    let waiting: ReturnType<typeof setTimeout> | undefined;

    const ask = async () => {
      waiting = undefined;
      const planIds = [...changed].slice(0, 200);
      changed.clear();
      try {
        const input = { planIds, mine: choice.mine, ...(after ? { after: after.toISOString() } : {}) };
        const { now, items } = await client.fleet.news.query(input, { signal: stop.signal });
        after = new Date(now.getTime() - OVERLAP_MILLIS);
        tell(items.filter(({ eventId, topic }) => !told.has(eventId) && choice.topics.includes(topic)));
        for (const { eventId } of items) told.add(eventId);
        for (const eventId of told) if (told.size > MOST_REMEMBERED) told.delete(eventId);
      } catch {
        // With the next hint the same is asked for again.
        for (const planId of planIds) changed.add(planId);
      }
    };
    const tell = (items: readonly NewsItem[]) => {
      if (document.visibilityState === 'visible' || items.length === 0) return;
      const [first] = items;
      if (!first) return;
      if (items.length > MOST_AT_ONCE)
        return show(t('several', { count: items.length }), '', '/', first.eventId);
      for (const { kind, eventId, planId, planName, taskId, tenantName } of items) {
        const link = taskId ? `/plans/${planId}/tasks/${taskId}` : `/plans/${planId}`;
        show(t(kind, { tenant: tenantName ?? '' }), `${planId} · ${planName}`, link, eventId);
      }
    };
    const show = (title: string, body: string, link: string, tag: string) => {
      const notification = new Notification(title, { body, tag });
      notification.onclick = () => {
        window.focus();
        router.push(link);
        notification.close();
      };
    };
    const soon = () => {
      waiting ??= setTimeout(() => void ask(), TOGETHER_MILLIS);
    };
    const hear = ({ planIds }: { planIds: string[] }) => {
      for (const planId of planIds) if (planId.startsWith('PLN-')) changed.add(planId);
      if (changed.size > 0) soon();
    };
    const watch = () => {
      socket.emit('watchPlans');
      soon();
    };
    socket.on('connect', watch);
    socket.on('plans', hear);
    if (socket.connected) watch();
    return () => {
      stop.abort();
      clearTimeout(waiting);
      socket.off('connect', watch);
      socket.off('plans', hear);
    };
  }, [client, router, t, choice]);
  return null;
}
