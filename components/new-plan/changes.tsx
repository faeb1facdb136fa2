'use client';

import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC, useTRPCClient } from '@/components/api/client';
import { DiffView } from '@/components/ui/diff-view';
import { Problem } from '@/components/ui/problem';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { type Variant, variantsOf } from './variants';

/** What changes for whom: one part for each distinct change, the first one open. */
export function Changes({ draft }: { draft: Draft }) {
  const t = useTranslations('newPlan.changes');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { unitId, version, choice, leaveOutBusy } = draft;
  const target = useQuery(trpc.versions.get.queryOptions({ unitId, version }));
  const current = useQuery({
    queryKey: ['versions-of-chosen-tenants', unitId, choice, leaveOutBusy],
    queryFn: () => client.versions.current.mutate({ unitId, choice, leaveOutBusy }),
    staleTime: 0,
  });
  const failed = target.error ?? current.error;
  if (failed) return <Problem title={t('unread')}>{errorText(failed)}</Problem>;
  if (!target.data || !current.data) return <Skeleton height={120} radius="md" />;

  const { payload } = target.data;
  const already = current.data.find((one) => one.version === version)?.tenants ?? 0;
  const variants = variantsOf(current.data, version);
  const changed = variants.reduce((sum, { tenants }) => sum + tenants, 0);
  return (
    <Stack gap="sm">
      <Title order={2}>{t('title')}</Title>
      <Text c="dimmed">
        {variants.length > 0 && t('sum', { variants: variants.length, tenants: changed })}{' '}
        {already > 0 && t('already', { count: already, version })}
      </Text>
      {variants.map((variant, index) => (
        <Change
          key={variant.versions.join(' ')}
          variant={variant}
          open={index === 0}
          target={{ version, payload }}
        />
      ))}
    </Stack>
  );
}

function Change(props: { variant: Variant; open: boolean; target: { version: string; payload: string } }) {
  const { variant, target } = props;
  const t = useTranslations('newPlan.changes');
  const { versions, tenants, named, payload } = variant;
  const from = versions.map((version) => version ?? t('nothing')).join(', ');
  const others = tenants - named.length;
  return (
    <details className={classes.folded} open={props.open}>
      <summary>
        <b>{t('variant', { count: tenants, from, to: target.version })}</b>
      </summary>
      <Stack gap="sm" p="md">
        <Text size="sm" c="dimmed" className={classes.names}>
          {named.join(', ')}
          {others > 0 && t('more', { count: others })}
        </Text>
        {payload === null ? (
          <Text c="dimmed">
            {versions.some((version) => version !== null && version !== 'unknown')
              ? t('notStored', { version: from })
              : t('notKnown')}
          </Text>
        ) : (
          <DiffView
            before={payload}
            after={target.payload}
            label={t('label', { from, to: target.version })}
          />
        )}
      </Stack>
    </details>
  );
}
