'use client';

import { Button, CopyButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import type { FailureCluster } from '@/components/live/failure-clusters';
import { usePlanView } from '@/components/live/use-live-plan';
import { saveFile } from '@/components/table/save-file';
import { clusterCsv } from './cluster-csv';
import classes from './failures.module.css';

/** So many are named; all of them can be copied and saved. */
const MOST_NAMED = 50;

/** Who has the problem, as names and as a file; and the way to hear no more of it. */
export function ClusterTenants(props: { cluster: FailureCluster; onSilence: () => void }) {
  const { cluster, onSilence } = props;
  const t = useTranslations('actions.failures');
  const words = useTranslations('plan.failures');
  const { planId } = usePlanView();
  const ids = cluster.tasks.map(({ tenantId }) => tenantId);
  const exported = useMutation(
    useTRPC().audit.exported.mutationOptions({
      // On record before it is anywhere else.
      onSuccess: () =>
        saveFile(`${planId}-${cluster.stage || 'failures'}.csv`, clusterCsv(cluster), 'text/csv'),
    }),
  );
  const save = () => exported.mutate({ what: 'failures', of: planId, format: 'csv' });
  return (
    <div className={classes.tenants}>
      <div className={classes.tools}>
        <CopyButton value={ids.join('\n')}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {t(copied ? 'copied' : 'copy')}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-xs" variant="default" loading={exported.isPending} onClick={save}>
          {words('save')}
        </Button>
        <Button size="compact-xs" variant="default" title={words('silenceHint')} onClick={onSilence}>
          {words('silence')}
        </Button>
      </div>
      <bdi>{ids.slice(0, MOST_NAMED).join(', ')}</bdi>
      {ids.length > MOST_NAMED && ' …'}
    </div>
  );
}
