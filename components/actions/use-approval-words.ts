'use client';

import { useFormatter, useTranslations } from 'use-intl';
import { isFourEyes, namesOf, type OpenApproval, type StartApproval } from '@/domain/approval';

/** What an approval asks of those who give it, and what they gave so far; empty where anybody may and has time. */
export function useApprovalWords(): (open: OpenApproval | null) => string {
  const t = useTranslations('actions.waits');
  const format = useFormatter();
  return (open) => {
    if (!open) return '';
    const { needs, given, due, otherwise, role, notMaker } = open;
    return [
      given.length > 0
        ? t('given', { given: given.length, needs, who: namesOf(given) })
        : isFourEyes(open) && needs > 1 && t('needs', { needs }),
      role === 'admin' && t('admin'),
      notMaker && t('notMaker'),
      due && t(`due.${otherwise}`, { time: format.dateTime(new Date(due), 'short') }),
    ]
      .filter(Boolean)
      .join(' ');
  };
}

/** Why people have to approve the start of a plan. */
export function useStartReason(): (because: StartApproval['because']) => string {
  const t = useTranslations('actions.waits.start');
  return (because) =>
    'label' in because
      ? t('label', { label: `${because.label}=${because.equals}` })
      : t('over', { count: because.overTenants });
}
