'use client';

import { Button, Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { errorText, useTRPC } from '@/components/api/client';
import { usePlansNews } from '@/components/live/plans-news';
import { Problem } from '@/components/ui/problem';
import { tenants } from '@/components/ui/tenant-count';
import classes from './bulk.module.css';
import { BULK_VERBS } from './bulk-actions';

const SHOWN = 200;

/** How a bulk action goes, tenant by tenant. */
export function BulkProgress({ bulkId, onClose }: { bulkId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const bulk = useQuery(trpc.tasks.bulkStatus.queryOptions({ bulkId }, { staleTime: 0 }));
  // Every chunk that was worked off is news of the plan.
  usePlansNews(trpc.tasks.bulkStatus.pathFilter());
  if (bulk.isError) return <Problem title="The bulk action cannot be shown">{errorText(bulk.error)}</Problem>;
  if (!bulk.data) return null;
  const { action, total, done, refused, endedAt, items, requestedBy } = bulk.data;
  const worked = done + refused;
  const turnedDown = items.filter(({ outcome }) => outcome === 'refused');
  return (
    <section className={classes.progress} aria-label="Bulk action">
      <Group justify="space-between" gap="sm">
        <Text fw={600} role="status">
          {BULK_VERBS[action]} {tenants(total)}: {summary(endedAt !== null, worked, total, done, refused)}
        </Text>
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            by {requestedBy}
          </Text>
          <Button size="compact-sm" variant="default" onClick={onClose}>
            Dismiss
          </Button>
        </Group>
      </Group>
      <Progress
        value={total === 0 ? 100 : (worked / total) * 100}
        aria-label="Worked off"
        color="var(--sy-teal)"
        size="sm"
        mt={8}
      />
      {items.length > 0 && (
        <details className={classes.outcomes} open={turnedDown.length > 0 && turnedDown.length <= 3}>
          <summary>{refused > 0 ? `Why ${refused} refused` : 'Tenant by tenant'}</summary>
          <ul>
            {[...turnedDown, ...items.filter(({ outcome }) => outcome !== 'refused')]
              .slice(0, SHOWN)
              .map((item) => (
                <li key={item.taskId}>
                  <b>{item.tenantId}</b> {OUTCOMES[item.outcome ?? 'waits']}
                  {item.message && `: ${item.message}`}
                </li>
              ))}
          </ul>
          {items.length > SHOWN && (
            <Text size="sm" c="dimmed">
              The first {SHOWN} of {items.length}.
            </Text>
          )}
        </details>
      )}
    </section>
  );
}

const OUTCOMES = { done: 'asked', refused: 'refused', waits: 'waits for its turn' } as const;

function summary(ended: boolean, worked: number, total: number, done: number, refused: number): string {
  if (!ended) return `${worked} of ${total} worked off`;
  if (total === 0) return 'nothing to do';
  return refused === 0 ? 'all asked' : `${done} asked, ${refused} refused`;
}
