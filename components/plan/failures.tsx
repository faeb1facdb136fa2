'use client';

import { Button, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useMemo, useSyncExternalStore } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import type { FailureCluster } from '@/components/live/failure-clusters';
import { usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { useByClock } from '@/components/ui/clock';
import type { BulkAction } from '@/domain/bulk';
import { isOpen } from '@/domain/plan';
import type { PlanView } from '@/domain/view/plan-view';
import { type BulkSubject, useBulkPress } from './bulk-press';
import { prospectOf } from './bulk-prospect';
import classes from './plan-screen.module.css';

/** What went wrong, one line for each problem rather than for each tenant. */
export function Failures({ onShow }: { onShow: (q: string) => void }) {
  const plan = usePlanView();
  const t = useTranslations('actions.failures');
  const { subscribeCounts, failures } = usePlanStore();
  const { biggest, kinds } = useSyncExternalStore(subscribeCounts, failures, failures);
  if (kinds === 0) return null;
  return (
    <Stack gap={6} component="section" aria-label={t('label')} mb="md">
      {biggest.map((cluster) => {
        const [only] = cluster.tasks;
        return (
          <div key={cluster.key} className={classes.cluster}>
            <span>
              <b>
                {cluster.tasks.length === 1 ? only?.tenantId : t('tenants', { count: cluster.tasks.length })}:{' '}
                {[cluster.stage, cluster.step].filter(Boolean).join(' · ')}
              </b>
              {', '}
              <Said text={cluster.message} /> <ClusterTimes cluster={cluster} plan={plan} />
              {cluster.tasks.length > 1 && <ClusterTenants cluster={cluster} />}
            </span>
            <Group gap={6}>
              {cluster.tasks.length === 1 && only && (
                <Button size="compact-sm" variant="default" onClick={() => onShow(only.tenantId)}>
                  {t('show')}
                </Button>
              )}
              {cluster.tasks.length > 1 && <ClusterActions cluster={cluster} plan={plan} />}
            </Group>
          </div>
        );
      })}
      {kinds > biggest.length && (
        <Text size="sm" c="dimmed">
          {t('more', { count: kinds - biggest.length })}
        </Text>
      )}
    </Stack>
  );
}

/** Nobody more for so long: it has probably come to an end. */
const GROWING_MILLIS = 60_000;

/** When a problem began, and whether it goes on. */
function ClusterTimes({ cluster, plan }: { cluster: FailureCluster; plan: PlanView }) {
  const t = useTranslations('actions.failures');
  const format = useFormatter();
  const offset = usePlanStore().clockOffset();
  const recent = useByClock((now) => now + offset - cluster.latest < GROWING_MILLIS);
  const grows = recent && cluster.tasks.length > 1 && isOpen(plan.status);
  const time = format.dateTime(cluster.since, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (
    <span className={classes.clusterTimes}>
      {t('since', { time })}
      {grows && <b> · {t('growing')}</b>}
    </span>
  );
}

/** So many are named; all of them can be copied. */
const MOST_NAMED = 50;

function ClusterTenants({ cluster }: { cluster: FailureCluster }) {
  const t = useTranslations('actions.failures');
  const ids = cluster.tasks.map(({ tenantId }) => tenantId);
  return (
    <details className={classes.clusterTenants}>
      <summary>{t('which')}</summary>
      <CopyButton value={ids.join('\n')}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {t(copied ? 'copied' : 'copy')}
          </Button>
        )}
      </CopyButton>{' '}
      {ids.slice(0, MOST_NAMED).join(', ')}
      {ids.length > MOST_NAMED && ' …'}
    </details>
  );
}

const OFFERED = ['retry', 'rollback'] as const satisfies BulkAction[];

/** One request for everybody with the same problem. */
function ClusterActions({ cluster, plan }: { cluster: FailureCluster; plan: PlanView }) {
  const t = useTranslations('actions');
  const press = useBulkPress();
  const store = usePlanStore();
  const mayNot = useAskRefusal();
  const open = cluster.tasks.filter((task) => !task.request);
  const ids = open.map(({ taskId }) => taskId).join();
  const subject = useMemo<BulkSubject>(() => {
    const taskIds = ids === '' ? [] : ids.split(',');
    return { tasks: () => taskIds.flatMap((id) => store.task(id) ?? []), filter: () => ({ taskIds }) };
  }, [store, ids]);
  return OFFERED.map((action) => {
    const { affected, why } = prospectOf(action, open, plan);
    const count = affected.length;
    return (
      <ActionButton
        key={action}
        size="compact-sm"
        variant="default"
        refusal={mayNot ?? (count === 0 ? (why ?? t('nothingLeft')) : null)}
        onClick={() => press(action, subject)}
      >
        {count > 0 ? t(`many.${action}`, { count }) : t(`verb.${action}`)}
      </ActionButton>
    );
  });
}
