'use client';

import { Button, Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { useSay } from '@/components/i18n/said';
import { usePlansNews } from '@/components/live/plans-news';
import { Problem } from '@/components/ui/problem';
import { actionOf } from './action-table';
import { outcomeGroups } from './bulk-outcome';
import classes from './bulk-progress.module.css';

const SHOWN = 200;
/** As few refusals are told one by one. */
const SOME = 3;

/** How a bulk action goes, tenant by tenant. */
export function BulkProgress({ bulkId, onClose }: { bulkId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const say = useSay();
  const t = useTranslations('actions.bulk');
  const words = useTranslations('actions');
  const bulk = useQuery(trpc.tasks.bulkStatus.queryOptions({ bulkId }, { staleTime: 0 }));
  // Every chunk that was worked off is news of the plan.
  usePlansNews(trpc.tasks.bulkStatus.pathFilter());
  if (bulk.isError) return <Problem title={t('unreadable')}>{errorText(bulk.error)}</Problem>;
  if (!bulk.data) return null;
  const { action, total, done, refused, endedAt, items, requestedBy } = bulk.data;
  const worked = done + refused;
  const summary = !endedAt
    ? t('going', { worked, total })
    : total === 0
      ? t('nothing')
      : refused === 0
        ? t('all')
        : t('some', { done, refused });
  const what = words(`many.${actionOf(action)}`, { count: total });
  const turnedDown = items.filter(({ outcome }) => outcome === 'refused');
  return (
    <section className={classes.progress} aria-label={t('label')}>
      <Group justify="space-between" gap="sm">
        <Text fw={600} role="status">
          {t('line', { action: what, summary })}
        </Text>
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {t('by', { who: requestedBy })}
          </Text>
          <Button size="compact-sm" variant="default" onClick={onClose}>
            {t('dismiss')}
          </Button>
        </Group>
      </Group>
      <Progress
        value={total === 0 ? 100 : (worked / total) * 100}
        aria-label={t('worked')}
        color="var(--sy-teal)"
        size="sm"
        mt={8}
      />
      {turnedDown.length > SOME && (
        <ul className={classes.groups}>
          {outcomeGroups(turnedDown).map(({ why, count }) => (
            <li key={why}>{t('group', { count, why: say(why) })}</li>
          ))}
        </ul>
      )}
      {items.length > 0 && (
        <details className={classes.outcomes} open={turnedDown.length > 0 && turnedDown.length <= SOME}>
          <summary>{refused > 0 ? t('why', { count: refused }) : t('each')}</summary>
          <ul>
            {[...turnedDown, ...items.filter(({ outcome }) => outcome !== 'refused')]
              .slice(0, SHOWN)
              .map((item) => (
                <li key={item.taskId}>
                  <b>{item.tenantId}</b> {t(item.outcome ?? 'waits')}
                  {item.message && `: ${say(item.message)}`}
                </li>
              ))}
          </ul>
          {items.length > SHOWN && (
            <Text size="sm" c="dimmed">
              {t('first', { shown: SHOWN, total: items.length })}
            </Text>
          )}
        </details>
      )}
    </section>
  );
}
