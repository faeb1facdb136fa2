'use client';

import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  createParser,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import type { LaneOrder } from '@/components/live/lane-order';
import { type Grouping, labelOf, readGrouping } from '@/components/live/lane-sections';
import { useFigures, usePlanView } from '@/components/live/use-live-plan';
import { StatusIcon, useStatusLabel } from '@/components/ui/status';
import { TASK_STATUSES, type TaskStatus } from '@/domain/task';
import classes from './plan-screen.module.css';

const GROUP = createParser<Grouping>({ parse: readGrouping, serialize: (group) => group }).withDefault(
  'none',
);

/** Which tasks are shown and in what order: kept in the address. */
export function useTaskFilter() {
  return useQueryStates({
    status: parseAsArrayOf(parseAsStringLiteral(TASK_STATUSES)).withDefault([]),
    q: parseAsString.withDefault(''),
    attention: parseAsBoolean.withDefault(true),
    group: GROUP,
  });
}

/**
 * A chip for each status that occurs, with its count; pressing one shows only those. `arranged`: what is below stands in the
 * order of lanes, which can be chosen as well.
 */
export function StatusFilter({ order, arranged = true }: { order: LaneOrder; arranged?: boolean }) {
  const t = useTranslations('planPage.filter');
  const [filter, setFilter] = useTaskFilter();
  return (
    <div className={classes.filters}>
      <TextInput
        aria-label={t('tenant')}
        placeholder={t('tenant')}
        size="xs"
        w={170}
        value={filter.q}
        onChange={(event) => void setFilter({ q: event.currentTarget.value })}
      />
      <Chips order={order} />
      {arranged && <Grouped />}
      {arranged && (
        <button
          type="button"
          className={classes.chip}
          style={{ paddingLeft: 10 }}
          aria-pressed={filter.attention}
          onClick={() => void setFilter({ attention: !filter.attention })}
        >
          {t('attention')}
        </button>
      )}
    </div>
  );
}

/** What the lanes are grouped by: their waves, where there are several, what went wrong, or a label that tenants have. */
function Grouped() {
  const t = useTranslations('plan.groups');
  const { lastWave } = usePlanView();
  const trpc = useTRPC();
  const labels = useQuery(trpc.tenants.labels.queryOptions());
  const [{ group }, setFilter] = useTaskFilter();
  const chosen = labelOf(group);
  const keys = Object.keys(labels.data ?? {});
  // One that is in the address alone.
  if (chosen !== null && !keys.includes(chosen)) keys.push(chosen);
  return (
    <select
      className={classes.chip}
      style={{ marginLeft: 'auto', paddingLeft: 10 }}
      aria-label={t('by')}
      value={group}
      onChange={({ currentTarget }) => void setFilter({ group: readGrouping(currentTarget.value) ?? 'none' })}
    >
      <option value="none">{t('none')}</option>
      {lastWave > 0 && <option value="wave">{t('byWave')}</option>}
      <option value="failure">{t('byFailure')}</option>
      {keys.map((key) => (
        <option key={key} value={`label:${key}`}>
          {t('byLabel', { key })}
        </option>
      ))}
    </select>
  );
}

/** Apart from the fields, which do not change with every count. */
function Chips({ order }: { order: LaneOrder }) {
  const t = useTranslations('planPage.filter');
  const figures = useFigures();
  const [filter, setFilter] = useTaskFilter();
  const label = useStatusLabel();
  const toggle = (status: TaskStatus) =>
    setFilter({
      status: filter.status.includes(status)
        ? filter.status.filter((other) => other !== status)
        : [...filter.status, status],
    });
  const statuses = TASK_STATUSES.filter(
    (status) => figures.byStatus[status] > 0 || filter.status.includes(status),
  );
  return (
    <>
      {statuses.map((status) => (
        <button
          key={status}
          type="button"
          className={classes.chip}
          aria-pressed={filter.status.includes(status)}
          data-status={status}
          onClick={() => void toggle(status)}
        >
          <StatusIcon status={status} size={14} />
          {label(status)} <span data-numbers>{figures.byStatus[status]}</span>
        </button>
      ))}
      {(filter.status.length > 0 || filter.q !== '') && (
        <button type="button" className={classes.chip} onClick={() => void setFilter({ status: [], q: '' })}>
          {t('all', { shown: String(order.length), total: String(figures.total) })}
        </button>
      )}
    </>
  );
}
