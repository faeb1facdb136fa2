'use client';

import { Button } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import type { FailureCluster } from '@/components/live/failure-clusters';
import { usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { useAskRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { useByClock } from '@/components/ui/clock';
import { nothing } from '@/components/ui/nothing';
import type { BulkAction } from '@/domain/bulk';
import { isOpen } from '@/domain/plan';
import type { PlanView } from '@/domain/view/plan-view';
import { type BulkSubject, useBulkPress } from './bulk-press';
import { prospectOf } from './bulk-prospect';
import classes from './failures.module.css';

// Few are opened.
const ClusterTenants = dynamic(() => import('./cluster-tenants').then((module) => module.ClusterTenants), {
  loading: nothing,
});

/** One problem: who has it, what it is, and what can be done for all of them at once. */
export function Cluster(props: {
  cluster: FailureCluster;
  onShow: (q: string) => void;
  onSilence: () => void;
}) {
  const { cluster, onShow, onSilence } = props;
  const plan = usePlanView();
  const t = useTranslations('actions.failures');
  const words = useTranslations('plan.failures');
  const [open, setOpen] = useState(false);
  const [only] = cluster.tasks;
  const single = cluster.tasks.length === 1 && only;
  return (
    <div className={classes.cluster} data-open={open || undefined}>
      <span className={classes.words}>
        <b>
          {single ? only.tenantId : t('tenants', { count: cluster.tasks.length })}:{' '}
          {[cluster.stage, cluster.step].filter(Boolean).join(' · ')}
        </b>
        {', '}
        <Said text={cluster.message} /> <ClusterTimes cluster={cluster} plan={plan} />
      </span>
      <div className={classes.actions}>
        {single ? (
          <Button size="compact-sm" variant="default" onClick={() => onShow(only.tenantId)}>
            {t('show')}
          </Button>
        ) : (
          <ClusterActions cluster={cluster} plan={plan} />
        )}
      </div>
      <button
        type="button"
        className={classes.more}
        aria-label={words('more')}
        title={words('more')}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Ellipsis size={16} aria-hidden="true" />
      </button>
      {open && <ClusterTenants cluster={cluster} onSilence={onSilence} />}
    </div>
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
    <span className={classes.times}>
      {t('since', { time })}
      {grows && <b> · {t('growing')}</b>}
    </span>
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
