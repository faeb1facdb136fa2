'use client';

import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

/** Which tenants somebody's rights are about. */
export function LimitsField(field: { value: string; onChange: (value: string) => void; error: ReactNode }) {
  const t = useTranslations('settings.limits');
  return (
    <Textarea
      label={t('title')}
      description={t('hint')}
      placeholder={t('example')}
      autosize
      minRows={2}
      maxRows={6}
      spellCheck={false}
      {...field}
      onChange={(event) => field.onChange(event.currentTarget.value)}
    />
  );
}
