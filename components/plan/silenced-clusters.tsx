'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Said } from '@/components/i18n/said';
import type { FailureCluster } from '@/components/live/failure-clusters';
import classes from './failures.module.css';

/** The problems that somebody does not want to be shown, which go on all the same. */
export function SilencedClusters(props: {
  clusters: readonly FailureCluster[];
  onTell: (key: string) => void;
}) {
  const t = useTranslations('plan.failures');
  const { clusters, onTell } = props;
  const tenants = clusters.reduce((sum, { tasks }) => sum + tasks.length, 0);
  return (
    <details className={classes.silenced}>
      <summary>{t('silenced', { kinds: clusters.length, tenants })}</summary>
      <ul>
        {clusters.map(({ key, stage, step, message, tasks }) => (
          <li key={key}>
            <span className={classes.words}>
              <b>
                {t('tenants', { count: tasks.length })}: {[stage, step].filter(Boolean).join(' · ')}
              </b>
              {', '}
              <Said text={message} />
            </span>
            <Button size="compact-xs" variant="default" onClick={() => onTell(key)}>
              {t('tell')}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
