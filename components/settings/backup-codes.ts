import { useTranslations } from 'use-intl';
import type { Once } from '@/components/ui/shown-once';

/** Backup codes, for showing them this once; null as long as there are none. */
export function useBackupCodes(codes: readonly string[] | null): Once | null {
  const t = useTranslations('secondFactor');
  return codes && { label: t('backupCodes'), value: codes.join('\n'), about: t('backupCodesAbout') };
}
