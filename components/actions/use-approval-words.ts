'use client';

import { useFormatter, useTranslations } from 'use-intl';
import { isFourEyes, namesOf, type OpenApproval } from '@/domain/approval';

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
