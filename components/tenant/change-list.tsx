import { Code, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { FieldChange } from '@/domain/tenant-merge';

/** What changes, part by part: before and after. */
export function ChangeList({ changes }: { changes: readonly FieldChange[] }) {
  const t = useTranslations('tenants.preview');
  const told = (value: unknown): string =>
    value === null ? t('nothing') : typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  return changes.map(({ field, before, after }) => (
    <Text key={field} size="sm" style={{ overflowWrap: 'anywhere' }}>
      {field}: <Code>{told(before)}</Code> → <Code>{told(after)}</Code>
    </Text>
  ));
}
