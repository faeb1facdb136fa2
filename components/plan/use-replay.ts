import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPCClient } from '@/components/api/client';
import { fromColumnar } from '@/domain/view/columnar-snapshot';
import type { LiveEvent } from '@/domain/view/plan-view';
import { Replay } from '@/domain/view/replay';

const PAGE = 1000;
/** About 100 MB in a browser. */
const MOST_EVENTS = 200_000;

type Reading = { kind: 'reading'; seq: number; last: number } | { kind: 'failed'; because: string };

/** Reads a plan and everything that has happened to it so far. */
export function useReplay(planId: string): Reading | { kind: 'ready'; replay: Replay } {
  const client = useTRPCClient();
  const t = useTranslations('plan.replay');
  const [found, setFound] = useState<ReturnType<typeof useReplay>>({ kind: 'reading', seq: 0, last: 0 });

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const read = async () => {
      const end = fromColumnar(await client.plans.snapshot.query({ planId, columns: true }, { signal }));
      const last = end.planSeq;
      if (end.plan.eventsRemovedAt !== null) throw new Error(t('removed'));
      if (last > MOST_EVENTS) throw new Error(t('tooLong', { most: MOST_EVENTS }));
      const events: LiveEvent[] = [];
      while (events.length < last) {
        setFound({ kind: 'reading', seq: events.length, last });
        const page = await client.plans.events.query(
          { planId, after: events.length, limit: PAGE },
          { signal },
        );
        if (page.events.length === 0) throw new Error(t('removed'));
        events.push(...page.events);
      }
      setFound({ kind: 'ready', replay: new Replay(end, events.slice(0, last)) });
    };
    read().catch((error: unknown) => {
      if (!signal.aborted) setFound({ kind: 'failed', because: t('failed', { reason: errorText(error) }) });
    });
    return () => leaving.abort();
  }, [client, planId, t]);

  return found;
}
