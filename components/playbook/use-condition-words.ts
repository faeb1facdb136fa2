import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { ConditionWords } from '@/domain/condition';

/** How conditions are said in the language of the page. */
export function useConditionWords(): ConditionWords {
  const t = useTranslations('playbooks.condition');
  return useMemo(
    () => ({
      and: t('and'),
      or: t('or'),
      not: (inner) => t('not', { inner }),
      said: (left, comparisons) => t('said', { left, comparisons: comparisons.join(t('and')) }),
      left: {
        status: t('left.status'),
        body: t('left.body'),
        millis: t('left.millis'),
        header: (name) => t('left.header', { name }),
        trailer: (name) => t('left.trailer', { name }),
        regex: (pattern) => t('left.regex', { pattern }),
      },
      equals: (value) => t('equals', { value }),
      oneOf: (values) => t('oneOf', { values }),
      matches: (pattern) => t('matches', { pattern }),
      contains: (text) => t('contains', { text }),
      sameJson: (value) => t('sameJson', { value }),
      includesJson: (value) => t('includesJson', { value }),
      exists: (there) => t(there ? 'there' : 'notThere'),
      bound: (name, bound) => t(`bound.${name}`, { bound }),
    }),
    [t],
  );
}
