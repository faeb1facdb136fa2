'use client';

import Link from 'next/link';
import rows from '@/components/table/row-list.module.css';
import { useHeadline } from '@/components/ui/headline';
import { RelativeTime } from '@/components/ui/relative-time';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge } from '@/components/ui/status';
import type { Outputs } from '@/server/api/router';
import classes from './plans.module.css';

/** One plan of the list. */
export type PlanItem = Outputs['plans']['list']['items'][number];

/** How one plan stands, at a glance. */
export function PlanRow({ plan }: { plan: PlanItem }) {
  const headline = useHeadline();
  return (
    <li className={classes.row}>
      <div className={classes.name}>
        <Link href={`/plans/${plan.planId}`} className={classes.link}>
          {plan.name}
        </Link>
        <div className={rows.small}>
          {plan.planId} · {plan.unitName} {plan.version}
        </div>
      </div>
      <div>
        <StatusBadge status={plan.status} />
      </div>
      <div className={classes.progress}>
        <StackedBar counts={plan.byStatus} />
        <div className={classes.line}>
          <span>{plan.percent}%</span>
          <span className={plan.failed > 0 ? classes.failed : rows.small}>{headline(plan)}</span>
        </div>
      </div>
      <div className={classes.who}>
        <div>{plan.createdBy}</div>
        <RelativeTime at={plan.createdAt} />
      </div>
    </li>
  );
}
