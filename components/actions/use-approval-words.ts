'use client';

import { useFormatter, useTranslations } from 'use-intl';
import { SHORT_MOMENT } from '@/components/ui/short-moment';
import { type FreezeOverride, namesOf, type OpenApproval, type StartApproval } from '@/domain/approval';

/** What an approval asks of those who give it, and what they gave so far; empty where anybody may and has time. */
export function useApprovalWords(): (
  open: Omit<StartApproval, 'because'> | OpenApproval | FreezeOverride | null,
) => string {
  const t = useTranslations('actions.waits');
  const format = useFormatter();
  return (open) => {
    if (!open) return '';
    const { needs, given, role, notMaker, group } = open;
    return [
      given.length > 0
        ? t('given', { given: given.length, needs, who: namesOf(given) })
        : needs > 1 && t('needs', { needs }),
      role === 'admin' && t('admin'),
      group !== undefined && t('group', { group }),
      notMaker && t('reason' in open ? 'notAsker' : 'notMaker'),
      'due' in open &&
        open.due &&
        t(`due.${open.otherwise}`, { time: format.dateTime(new Date(open.due), SHORT_MOMENT) }),
    ]
      .filter(Boolean)
      .join(' ');
  };
}

/** Why people have to approve the start of a plan, what is asked of them, and what they gave so far. */
export function useStartWords(): (asked: StartApproval) => string {
  const t = useTranslations('actions.waits.start');
  const words = useApprovalWords();
  return (asked) => {
    const { because } = asked;
    const why =
      'label' in because
        ? t('label', { label: `${because.label}=${because.equals}` })
        : t('over', { count: because.overTenants });
    return `${why} ${words(asked)}`.trim();
  };
}
