'use client';

import { Button, Checkbox, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { labelsOf } from '@/components/table/label-filter';
import { VirtualRows } from '@/components/table/virtual-rows';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { Problem } from '@/components/ui/problem';
import { allOrNone, type ChoiceStep, isChosen, type TenantFilter, withStep } from '@/domain/tenant-choice';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { type Looked, TenantFilters } from './tenant-filters';
import { TenantRow } from './tenant-row';
import { useChosen } from './use-chosen';

const PasteDialog = dynamic(() => import('./paste-dialog').then((module) => module.PasteDialog));

const PAGE = 100;

/** Step 1: who is switched. The choice is told in steps; only the rows that are looked at are fetched. */
export function TenantsStep(props: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const t = useTranslations('newPlan.tenants');
  const trpc = useTRPC();
  const [looked, setLooked] = useState<Looked>({ q: '', labels: [], notOn: '' });
  const [pasting, setPasting] = useState(false);
  const { draft, change } = props;
  const [words] = useDebouncedValue(looked.q.trim(), 200);
  const filter = useMemo(() => filterOf({ ...looked, q: words }), [looked, words]);
  const list = useInfiniteQuery(
    trpc.tenants.list.infiniteQueryOptions(
      { ...filter, limit: PAGE },
      { placeholderData: keepPreviousData, getNextPageParam: nextOf },
    ),
  );
  const listed = useListed(list, (one) => one.tenantId);
  const everyone = useQuery(trpc.tenants.counts.queryOptions());
  const chosen = useChosen(draft.choice, filter);
  const { fitting = 0, fittingChosen = 0, unknown = [] } = chosen.data ?? {};
  const all = allOrNone(draft.choice, filter);

  const choose = (step: ChoiceStep) => change({ choice: withStep(draft.choice, step) });
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  // Not while the words are still on their way to the server: it would choose what is no longer asked for.
  const settled = list.isSuccess && !list.isPlaceholderData && words === looked.q.trim();
  const failed = list.error ?? chosen.error;

  if (failed) return <Problem title={t('unread')}>{errorText(failed)}</Problem>;
  if (list.isPending) return <Skeleton height={360} radius="md" />;
  if (everyone.data?.total === 0 && draft.choice.length === 0) {
    return (
      <EmptyState title={t('none')} actions={<LinkAction href="/tenants">{t('add')}</LinkAction>}>
        {t('noneHint')}
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      <TenantFilters
        looked={looked}
        onChange={(part) => setLooked((before) => ({ ...before, ...part }))}
        onPaste={() => setPasting(true)}
        onIds={(ids) => choose({ take: true, ids })}
      />
      <div className={classes.selectAll}>
        <Checkbox
          label={t(narrowed ? 'allMatching' : 'all', { count: fitting })}
          checked={fitting > 0 && (all ?? fittingChosen === fitting)}
          indeterminate={all === null && fittingChosen > 0 && fittingChosen < fitting}
          disabled={!settled || fitting === 0}
          onChange={(event) => choose({ take: event.currentTarget.checked, filter })}
        />
        {draft.choice.length > 0 && (
          <Button variant="subtle" size="compact-sm" onClick={() => change({ choice: [] })}>
            {t('clear')}
          </Button>
        )}
      </div>
      {unknown.length > 0 && (
        <Problem kind="warning">
          {t('unknown', {
            ids: unknown.slice(0, 5).join(', '),
            more: Math.max(0, unknown.length - 5),
            count: unknown.length,
          })}{' '}
          <Button variant="default" size="compact-xs" onClick={() => choose({ take: false, ids: unknown })}>
            {t('takeOut', { count: unknown.length })}
          </Button>
        </Problem>
      )}
      {listed.items.length === 0 ? (
        <Text c="dimmed" py="lg" ta="center">
          {t('noMatch')}
        </Text>
      ) : (
        <VirtualRows
          label={t('list')}
          items={listed.items}
          total={listed.total}
          onEnd={listed.failed ? null : listed.more}
          rowHeight={44}
          maxHeight="min(56vh, 620px)"
          keyOf={(one) => one.tenantId}
        >
          {(one) => (
            <TenantRow
              tenant={one}
              chosen={isChosen(draft.choice, {
                ...one,
                drifted: one.units.some(({ drift }) => drift?.drifted),
              })}
              onChange={(take) => choose({ take, ids: [one.tenantId] })}
            />
          )}
        </VirtualRows>
      )}
      {listed.failed && (
        <Problem title={t('unread')}>
          <Button variant="default" size="compact-sm" onClick={() => listed.more?.()}>
            {t('again')}
          </Button>
        </Problem>
      )}
      {pasting && (
        <PasteDialog
          onClose={() => setPasting(false)}
          onIds={(ids) => {
            choose({ take: true, ids });
            setPasting(false);
          }}
        />
      )}
    </Stack>
  );
}

/** As the server takes it; what is not said is left out, so that the same filter is the same object. */
function filterOf({ q, labels, notOn }: Looked): TenantFilter {
  const at = notOn.indexOf(' ');
  return {
    ...(q ? { q } : {}),
    ...(labels.length > 0 ? { labels: labelsOf(labels) } : {}),
    ...(at > 0 ? { notOn: { unitId: notOn.slice(0, at), version: notOn.slice(at + 1) } } : {}),
  };
}
