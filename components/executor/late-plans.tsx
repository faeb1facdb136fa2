'use client';

import { useTranslations } from 'use-intl';
import rows from '@/components/table/row-list.module.css';
import type { Outputs } from '@/server/api/router';
import { WaitingPlan } from './waiting-plan';

type Late = Outputs['executor']['latePlans'][number];

/** Plans under way whose deadline passed: somebody moves it, cancels or rolls back. */
export function LatePlans({ plans }: { plans: readonly Late[] }) {
  const t = useTranslations('executor.decisions');
  return (
    <ul className={rows.list} aria-label={t('lates')}>
      {plans.map(({ deadline, left, total, ...plan }) => (
        <WaitingPlan key={plan.planId} plan={plan} what={t('late')} since={deadline.finishBy}>
          <div>{t('lateLeft', { left, total })}</div>
        </WaitingPlan>
      ))}
    </ul>
  );
}
