import { ScrollArea, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { FieldChange } from '@/domain/tenant-merge';
import { ChangeList } from './change-list';

/** The first of many tenants that change, with what changes of each. */
export function ChangedTenants(props: {
  fresh?: string;
  changed: readonly { tenantId: string; fields: FieldChange[]; fieldsTotal: number }[];
  total: number;
}) {
  const t = useTranslations('tenants.preview');
  const { changed, total, fresh } = props;
  return (
    <ScrollArea.Autosize mah={320} type="auto">
      <Stack gap="xs">
        {fresh && <Text size="sm">{fresh}</Text>}
        {changed.map(({ tenantId, fields, fieldsTotal }) => (
          <div key={tenantId}>
            <Text size="sm" fw={600}>
              {tenantId}
            </Text>
            <ChangeList changes={fields} />
            {fieldsTotal > fields.length && (
              <Text size="sm" c="dimmed">
                {t('moreValues', { count: fieldsTotal - fields.length })}
              </Text>
            )}
          </div>
        ))}
        {total > changed.length && (
          <Text size="sm" c="dimmed">
            {t('more', { count: total - changed.length })}
          </Text>
        )}
      </Stack>
    </ScrollArea.Autosize>
  );
}
