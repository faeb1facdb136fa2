'use client';

import { useTranslations } from 'use-intl';
import { useApprovalWords } from '@/components/actions/use-approval-words';
import rows from '@/components/table/row-list.module.css';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import { WaitingPlan } from './waiting-plan';

type Asked = Outputs['executor']['askedOverrides'][number];

/** Plans for which somebody asks that freezes do not hold them. */
export function AskedOverrides({ overrides }: { overrides: readonly Asked[] }) {
  const t = useTranslations('executor.decisions');
  const words = useApprovalWords();
  return (
    <ul className={rows.list} aria-label={t('overrides')}>
      {overrides.map(({ override, ...plan }) => (
        <WaitingPlan key={plan.planId} plan={plan} what={t('override')} since={override.at}>
          <div>
            {t.rich('overrideAsked', {
              who: override.by,
              reason: override.reason,
              when: () => <RelativeTime at={override.until} absolute />,
            })}
          </div>
          <div>{words(override)}</div>
        </WaitingPlan>
      ))}
    </ul>
  );
}
