'use client';

import { Button, NativeSelect, Skeleton, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { OF_THE_FLEET_MILLIS, usePlansNews } from '@/components/live/plans-news';
import { useRoleRefusal } from '@/components/session/role';
import { Filters, SearchField } from '@/components/table/filters';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { useStatusLabel } from '@/components/ui/status';
import { PLAN_STATUSES } from '@/domain/plan';
import type { PlanItem } from './plan-item';
import { PlanRows } from './plan-rows';
import classes from './plans.module.css';
import { ViewsMenu } from './views-menu';

const PAGE = 100;

/** All plans, running ones first, kept up to date. */
export function PlansScreen() {
  const t = useTranslations('plans');
  const trpc = useTRPC();
  usePlansNews(trpc.plans.list.pathFilter());
  const label = useStatusLabel();
  const [filter, setFilter] = useQueryStates({
    q: parseAsString.withDefault(''),
    status: parseAsArrayOf(parseAsStringLiteral(PLAN_STATUSES)).withDefault([]),
  });
  const [q] = useDebouncedValue(filter.q.trim(), 200);
  const list = useInfiniteQuery(
    trpc.plans.list.infiniteQueryOptions(
      { limit: PAGE, q: q || undefined, status: filter.status.length > 0 ? filter.status : undefined },
      { placeholderData: keepPreviousData, getNextPageParam: nextOf },
    ),
  );
  const overview = useQuery(trpc.fleet.overview.queryOptions());
  usePlansNews(trpc.fleet.overview.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  const underWay = new Map(overview.data?.plans.map((plan) => [plan.planId, plan]));
  const listed = useListed(list, (plan) => plan.planId);
  const filtered = filter.q !== '' || filter.status.length > 0;
  const plans = listed.items;
  const nothingYet = list.isSuccess && plans.length === 0 && !filtered;
  const waiting = filtered || listed.more ? undefined : firstPlanWaiting(plans);
  const refusal = useRoleRefusal();
  const create = (
    <LinkAction href="/plans/new" refusal={refusal} leftSection={<Plus size={16} aria-hidden="true" />}>
      {t('create')}
    </LinkAction>
  );

  return (
    <>
      <PageHeader
        title={t('title')}
        below={list.isSuccess && !nothingYet && t('count', { count: listed.total ?? 0 })}
        actions={list.isSuccess && !nothingYet && create}
      />
      {list.isError && <Problem title={t('unread')}>{errorText(list.error)}</Problem>}
      {waiting && <ReadyBanner plan={waiting} />}
      {!nothingYet && (
        <Filters>
          <SearchField
            label={t('search')}
            placeholder={t('searchHint')}
            value={filter.q}
            onChange={(words) => setFilter({ q: words || null })}
          />
          <NativeSelect
            className={classes.choice}
            aria-label={t('status')}
            value={filter.status.join()}
            onChange={(event) => {
              const chosen = event.currentTarget.value.split(',');
              setFilter({ status: PLAN_STATUSES.filter((one) => chosen.includes(one)) });
            }}
            data={[
              { value: '', label: t('everyStatus') },
              ...PLAN_STATUSES.map((value) => ({ value: String(value), label: label(value) })),
              ...(filter.status.length > 1
                ? [{ value: filter.status.join(), label: filter.status.map(label).join(', ') }]
                : []),
            ]}
          />
          <ViewsMenu
            filter={filter}
            onChoose={({ q: words, status }) => setFilter({ q: words || null, status })}
          />
        </Filters>
      )}
      {list.isPending && (
        <Stack gap="xs" aria-label={t('reading')} aria-busy="true">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} height={66} radius="md" />
          ))}
        </Stack>
      )}
      {nothingYet && (
        <EmptyState title={t('none')} actions={create}>
          {t('noneHint')}
        </EmptyState>
      )}
      {list.isSuccess && plans.length === 0 && filtered && (
        <EmptyState
          title={t('noMatch')}
          actions={
            <Button variant="default" onClick={() => setFilter({ q: null, status: null })}>
              {t('showAll')}
            </Button>
          }
        >
          {t('noMatchHint')}
        </EmptyState>
      )}
      {plans.length > 0 && <PlanRows listed={listed} underWay={underWay} />}
      {listed.failed && (
        <Problem title={t('unread')}>
          <Button variant="default" size="compact-sm" onClick={() => listed.more?.()}>
            {t('again')}
          </Button>
        </Problem>
      )}
    </>
  );
}

/** The ready plan to point at, as long as nobody has ever started one. */
function firstPlanWaiting(plans: readonly PlanItem[]): PlanItem | undefined {
  if (plans.some((plan) => plan.startedAt !== null)) return undefined;
  return plans.findLast((plan) => plan.status === 'READY');
}

function ReadyBanner({ plan }: { plan: PlanItem }) {
  const t = useTranslations('plans.ready');
  const { planId, version } = plan;
  const switched = plan.total - (plan.byStatus.VALIDATION_FAILED ?? 0);
  return (
    <output className={classes.banner}>
      <span>{t('told', { plan: planId, count: switched, version })}</span>
      <LinkAction href={`/plans/${planId}`} size="xs">
        {t('open', { plan: planId })}
      </LinkAction>
    </output>
  );
}
