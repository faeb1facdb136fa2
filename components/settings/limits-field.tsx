'use client';

import { Textarea, type TextareaProps } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** Which tenants somebody's rights are about; `field` is what the form has for it. */
export function LimitsField(field: TextareaProps) {
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
    />
  );
}
