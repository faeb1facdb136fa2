'use client';

import Link from 'next/link';
import type { ComponentProps } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { useActionWords } from '@/components/actions/action-words';
import rows from '@/components/table/row-list.module.css';
import { formatDurationRange } from '@/components/ui/duration';
import { useHeadline } from '@/components/ui/headline';
import { RelativeTime } from '@/components/ui/relative-time';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge } from '@/components/ui/status';
import { isOpen } from '@/domain/plan';
import type { Outputs } from '@/server/api/router';
import type { PlanItem } from './plan-item';
import { PlanRowActions } from './plan-row-actions';
import classes from './plans.module.css';

/** What is known besides of a plan under way. */
export type UnderWay = Outputs['fleet']['overview']['plans'][number];

/** How one plan stands, at a glance, and its brake. */
export function PlanRow(props: {
  plan: PlanItem;
  underWay: UnderWay | undefined;
  /** Where it lies in the list of which only a part exists. */
  slot: ComponentProps<'li'> & { 'data-index': number };
}) {
  const { plan, underWay, slot } = props;
  const t = useTranslations('plans');
  const { t: words } = useActionWords();
  const locale = useLocale();
  const headline = useHeadline();
  const { remaining, waiting = 0 } = underWay ?? {};
  return (
    <li {...slot} className={classes.row}>
      <div className={classes.name}>
        <Link href={`/plans/${plan.planId}`} className={classes.link}>
          {plan.name}
        </Link>
        <div className={rows.small}>
          {plan.planId} · {plan.unitName} {plan.version}
        </div>
      </div>
      <div className={classes.status}>
        <StatusBadge status={plan.status} />
        {waiting > 0 && <span className={classes.waits}>{words('waiting', { count: waiting })}</span>}
        {plan.failed > 0 && <span className={classes.failures}>{t('failed', { count: plan.failed })}</span>}
      </div>
      <div className={classes.progress}>
        <StackedBar counts={plan.byStatus} />
        <div className={classes.line}>
          <span>{plan.percent}%</span>
          <span className={rows.small}>{headline(plan)}</span>
        </div>
        {remaining && (
          <div className={rows.small}>
            {words('left', { time: formatDurationRange(remaining.from, remaining.to, locale) })}
          </div>
        )}
      </div>
      <div className={classes.who}>
        <div>{plan.createdBy}</div>
        <RelativeTime at={plan.createdAt} />
      </div>
      <div className={classes.act}>{isOpen(plan.status) && <PlanRowActions plan={plan} />}</div>
    </li>
  );
}
