import { Stack } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';
import { ChangedTenants } from './changed-tenants';

type Preview = Outputs['tenants']['import'];

/** Of versions that an import does not change as many are named. */
const MOST_KEPT_NAMED = 5;

/** What an import would do, before it is done. */
export function ImportPreview({ preview }: { preview: Preview }) {
  const t = useTranslations('tenants.preview');
  const { created, changed, unchanged, totals } = preview;
  const andMore = (count: number) => (count > 0 ? [t('more', { count })] : []);
  const kept = preview.keptVersions
    .slice(0, MOST_KEPT_NAMED)
    .map(({ tenantId, unitId, given, onRecord }) =>
      t('kept', { tenant: tenantId, unit: unitId, given, onRecord }),
    );
  const names = [created.join(', '), ...andMore(totals.created - created.length)].join(' ');
  return (
    <Stack gap="sm">
      <Problem kind="info" title={t('title')}>
        {t('does', { created: totals.created, changed: totals.changed, unchanged })}
      </Problem>
      {totals.removed > 0 && (
        <Problem kind="warning" title={t('removes')}>
          {t('removed', { count: totals.removed })}
        </Problem>
      )}
      {totals.keptVersions > 0 && (
        <Problem kind="warning" title={t('keeps')}>
          {[...kept, ...andMore(totals.keptVersions - kept.length)].join('; ')}
        </Problem>
      )}
      {totals.created + totals.changed > 0 && (
        <ChangedTenants
          fresh={created.length > 0 ? t('fresh', { names }) : undefined}
          changed={changed}
          total={totals.changed}
        />
      )}
    </Stack>
  );
}
