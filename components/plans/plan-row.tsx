'use client';

import Link from 'next/link';
import { useLocale } from 'use-intl';
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
export function PlanRow({ plan, underWay }: { plan: PlanItem; underWay: UnderWay | undefined }) {
  const { t } = useActionWords();
  const locale = useLocale();
  const headline = useHeadline();
  const { remaining, waiting = 0 } = underWay ?? {};
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
      <div className={classes.status}>
        <StatusBadge status={plan.status} />
        {waiting > 0 && <span className={classes.waits}>{t('waiting', { count: waiting })}</span>}
      </div>
      <div className={classes.progress}>
        <StackedBar counts={plan.byStatus} />
        <div className={classes.line}>
          <span>{plan.percent}%</span>
          <span className={plan.failed > 0 ? classes.failed : rows.small}>{headline(plan)}</span>
        </div>
        {remaining && (
          <div className={rows.small}>
            {t('left', { time: formatDurationRange(remaining.from, remaining.to, locale) })}
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
