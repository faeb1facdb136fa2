'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { EmptyState } from '@/components/ui/empty-state';

/** A screen that failed leaves the frame, and with it every other screen, in reach. */
export default function ConsoleError({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('shell.failed');
  return (
    <EmptyState heading={1} title={t('title')} actions={<Button onClick={reset}>{t('again')}</Button>}>
      {t('body')}
    </EmptyState>
  );
}
