'use client';

import { useTranslations } from 'use-intl';
import { useStartWords } from '@/components/actions/use-approval-words';
import rows from '@/components/table/row-list.module.css';
import type { Outputs } from '@/server/api/router';
import { WaitingPlan } from './waiting-plan';

type Start = Outputs['executor']['unapprovedStarts'][number];

/** Plans whose start waits for people. */
export function UnapprovedStarts({ starts }: { starts: readonly Start[] }) {
  const t = useTranslations('executor.decisions');
  const words = useStartWords();
  return (
    <ul className={rows.list} aria-label={t('starts')}>
      {starts.map(({ startApproval, createdAt, ...plan }) => (
        <WaitingPlan key={plan.planId} plan={plan} what={t('start')} since={createdAt}>
          <div>{words(startApproval)}</div>
        </WaitingPlan>
      ))}
    </ul>
  );
}
