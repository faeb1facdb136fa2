import { useTranslations } from 'use-intl';
import type { Draft } from './draft';

/** The name a plan gets when none is typed. */
export function useDefaultName(): (draft: Pick<Draft, 'unitId' | 'version'>) => string {
  const t = useTranslations('newPlan');
  return ({ unitId, version }) => t('defaultName', { unit: unitId, version });
}
