'use client';

import Link from 'next/link';
import { RelativeTime } from '@/components/ui/relative-time';
import { StackedBar } from '@/components/ui/stacked-bar';
import { StatusBadge } from '@/components/ui/status';
import type { Outputs } from '@/server/api/router';
import classes from './plans.module.css';

/** One plan of the list. */
export type PlanItem = Outputs['plans']['list'][number];

/** How many tenants of a plan ended badly; those left out from the start did not begin. */
function failedCount({ byStatus }: Pick<PlanItem, 'byStatus'>): number {
  return (byStatus.FAILED ?? 0) + (byStatus.ROLLBACK_FAILED ?? 0);
}

/** How one plan stands, at a glance. */
export function PlanRow({ plan }: { plan: PlanItem }) {
  const failed = failedCount(plan);
  const leftOut = plan.byStatus.VALIDATION_FAILED ?? 0;
  return (
    <li className={classes.row}>
      <div className={classes.name}>
        <Link href={`/plans/${plan.planId}`} className={classes.link}>
          {plan.name}
        </Link>
        <div className={classes.small}>
          {plan.planId} · {plan.unitName} {plan.version}
        </div>
      </div>
      <div>
        <StatusBadge status={plan.status} />
      </div>
      <div className={classes.progress}>
        <StackedBar counts={plan.byStatus} />
        <div className={classes.line}>
          <span>
            {plan.percent}% <span className={classes.small}>of {tenants(plan.total)}</span>
          </span>
          {leftOut > 0 && <span className={classes.small}>{leftOut} left out</span>}
          {failed > 0 && <span className={classes.failed}>{failed} failed</span>}
        </div>
      </div>
      <div className={classes.who}>
        <div>{plan.createdBy}</div>
        <RelativeTime at={plan.createdAt} />
      </div>
    </li>
  );
}

/** "1 tenant", "24 tenants". */
export function tenants(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'tenant' : 'tenants'}`;
}
