'use client';

import { Button, NativeSelect, Skeleton, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { OF_THE_FLEET_MILLIS, usePlansNews } from '@/components/live/plans-news';
import { useRoleRefusal } from '@/components/session/role';
import { Filters, SearchField } from '@/components/table/filters';
import rows from '@/components/table/row-list.module.css';
import { EmptyState } from '@/components/ui/empty-state';
import { LinkAction } from '@/components/ui/link-action';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { ShowMore } from '@/components/ui/show-more';
import { useStatusLabel } from '@/components/ui/status';
import { tenants } from '@/components/ui/tenant-count';
import { PLAN_STATUSES } from '@/domain/plan';
import type { PlanItem } from './plan-item';
import { PlanRow } from './plan-row';
import classes from './plans.module.css';

const PAGE = 200;

/** All plans, running ones first, kept up to date. */
export function PlansScreen() {
  const trpc = useTRPC();
  usePlansNews(trpc.plans.list.pathFilter());
  const label = useStatusLabel();
  const [filter, setFilter] = useQueryStates({
    q: parseAsString.withDefault(''),
    status: parseAsStringLiteral(PLAN_STATUSES),
  });
  const [q] = useDebouncedValue(filter.q.trim(), 200);
  const list = useInfiniteQuery(
    trpc.plans.list.infiniteQueryOptions(
      { limit: PAGE, q: q || undefined, status: filter.status ? [filter.status] : undefined },
      { placeholderData: keepPreviousData, getNextPageParam: nextOf },
    ),
  );
  const overview = useQuery(trpc.fleet.overview.queryOptions());
  usePlansNews(trpc.fleet.overview.pathFilter(), undefined, OF_THE_FLEET_MILLIS);
  const underWay = new Map(overview.data?.plans.map((plan) => [plan.planId, plan]));
  const listed = useListed(list, (plan) => plan.planId);
  const filtered = filter.q !== '' || filter.status !== null;
  const plans = listed.items;
  const nothingYet = list.isSuccess && plans.length === 0 && !filtered;
  const waiting = filtered || listed.more ? undefined : firstPlanWaiting(plans);
  const refusal = useRoleRefusal();
  const create = (
    <LinkAction href="/plans/new" refusal={refusal} leftSection={<Plus size={16} aria-hidden="true" />}>
      Create plan
    </LinkAction>
  );

  return (
    <>
      <PageHeader title="Plans" actions={list.isSuccess && !nothingYet && create} />
      {list.isError && <Problem title="The plans could not be read">{errorText(list.error)}</Problem>}
      {waiting && <ReadyBanner plan={waiting} />}
      {!nothingYet && (
        <Filters>
          <SearchField
            label="Search plans"
            placeholder="Search name, id or version"
            value={filter.q}
            onChange={(words) => setFilter({ q: words || null })}
          />
          <NativeSelect
            className={classes.choice}
            aria-label="Status"
            value={filter.status ?? ''}
            onChange={(event) =>
              setFilter({ status: PLAN_STATUSES.find((one) => one === event.currentTarget.value) ?? null })
            }
            data={[
              { value: '', label: 'Every status' },
              ...PLAN_STATUSES.map((value) => ({ value, label: label(value) })),
            ]}
          />
        </Filters>
      )}
      {list.isPending && (
        <Stack gap="xs" aria-label="Reading the plans" aria-busy="true">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} height={66} radius="md" />
          ))}
        </Stack>
      )}
      {nothingYet && (
        <EmptyState title="No plans yet" actions={create}>
          A plan switches the tenants you choose to one version, stage by stage, and lets you pause it, retry
          what failed or go back at any moment.
        </EmptyState>
      )}
      {list.isSuccess && plans.length === 0 && filtered && (
        <EmptyState
          title="No plan matches"
          actions={
            <Button variant="default" onClick={() => setFilter({ q: null, status: null })}>
              Show all plans
            </Button>
          }
        >
          Nothing has this status, or these words in its name, id or version.
        </EmptyState>
      )}
      {plans.length > 0 && (
        <ul className={rows.list} aria-label="Plans">
          {plans.map((plan) => (
            <PlanRow key={plan.planId} plan={plan} underWay={underWay.get(plan.planId)} />
          ))}
        </ul>
      )}
      <ShowMore list={listed} what="plans" />
    </>
  );
}

/** The ready plan to point at, as long as nobody has ever started one. */
function firstPlanWaiting(plans: readonly PlanItem[]): PlanItem | undefined {
  if (plans.some((plan) => plan.startedAt !== null)) return undefined;
  return plans.findLast((plan) => plan.status === 'READY');
}

function ReadyBanner({ plan }: { plan: PlanItem }) {
  const switched = plan.total - (plan.byStatus.VALIDATION_FAILED ?? 0);
  return (
    <output className={classes.banner}>
      <span>
        {plan.planId} is ready: it switches {tenants(switched)} to {plan.version}. Open it and press Start
        plan.
      </span>
      <LinkAction href={`/plans/${plan.planId}`} size="xs">
        Open {plan.planId}
      </LinkAction>
    </output>
  );
}
