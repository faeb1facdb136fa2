'use client';

import { Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import { useState, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import { Cluster } from './cluster';
import classes from './failures.module.css';
import { useSilenced } from './use-silenced';

// Few silence any.
const SilencedClusters = dynamic(
  () => import('./silenced-clusters').then((module) => module.SilencedClusters),
  { loading: nothing },
);

/** Problems that are shown one by one; on a phone only the biggest, until somebody asks, so that the lanes are in sight. */
const SHOWN = 4;

/**
 * What went wrong, one line for each problem rather than for each tenant. Those that somebody silenced stand folded at the
 * end; what is counted at the top of the page counts them all the same.
 */
export function Failures({ onShow }: { onShow: (q: string) => void }) {
  const { planId } = usePlanView();
  const t = useTranslations('actions.failures');
  const { subscribeCounts, failures } = usePlanStore();
  const { biggest, kinds } = useSyncExternalStore(subscribeCounts, failures, failures);
  const { causes, silence } = useSilenced(planId);
  const phone = useMediaQuery('(max-width: 767.98px)') ?? false;
  const [unfolded, setUnfolded] = useState(false);
  if (kinds === 0) return null;
  const silenced = biggest.filter(({ key }) => causes.includes(key));
  const told = biggest.filter(({ key }) => !causes.includes(key)).slice(0, phone && !unfolded ? 1 : SHOWN);
  const more = kinds - silenced.length - told.length;
  return (
    <Stack gap={6} component="section" aria-label={t('label')} className={classes.failures}>
      {told.map((cluster) => (
        <Cluster
          key={cluster.key}
          cluster={cluster}
          onShow={onShow}
          onSilence={() => silence(cluster.key, true)}
        />
      ))}
      {more > 0 && phone && !unfolded && (
        <button type="button" className={classes.others} onClick={() => setUnfolded(true)}>
          {t('more', { count: more })}
        </button>
      )}
      {more > 0 && (!phone || unfolded) && (
        <Text size="sm" c="dimmed">
          {t('more', { count: more })}
        </Text>
      )}
      {silenced.length > 0 && <SilencedClusters clusters={silenced} onTell={(key) => silence(key, false)} />}
    </Stack>
  );
}
