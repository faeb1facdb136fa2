'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { DiffByKey } from '@/components/ui/diff-by-key';
import type { Outputs } from '@/server/api/router';

type Detail = Outputs['tasks']['get'];

/** What the switch changes of the configuration: by key, then line by line. */
export function Configuration({ detail }: { detail: Detail }) {
  const t = useTranslations('task.configuration');
  if (!detail.target)
    return <Text c="dimmed">{t(detail.view.status === 'VALIDATION_FAILED' ? 'neverMade' : 'notKept')}</Text>;
  return (
    <DiffByKey label={t('label')} before={detail.previous?.payload ?? ''} after={detail.target.payload} />
  );
}
