import type { useTranslations } from 'use-intl';

/** What a rollback would go back to, if it is not simply what runs. */
export function knownGood(
  t: ReturnType<typeof useTranslations<'tenants.known'>>,
  unit: { current: string; lastKnownGood: string | null },
): string {
  if (unit.lastKnownGood === null) return t('not');
  return unit.lastKnownGood === unit.current ? t('good') : t('last', { version: unit.lastKnownGood });
}
