'use client';

import { Checkbox, Fieldset, Group, NativeSelect, Stack, Switch } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Form } from '@/components/form/form-dialog';
import { URGENT_TOPICS } from '@/domain/view/news';
import { DIGESTS, type Values } from './notification-form';
import { WeeklyFields } from './weekly-fields';

/** When messages come: how long is waited for more, and in which hours only what may be told. */
export function WhenFields({ form }: { form: Form<Values> }) {
  const t = useTranslations('settings.webhooks');
  const { digest, quiet } = form.values;
  const choices = [...new Set([...DIGESTS, Number(digest)])].sort((a, b) => a - b);
  return (
    <Fieldset legend={t('parts.when')}>
      <Stack gap="sm">
        <NativeSelect
          label={t('dialog.digest')}
          description={t('dialog.digestHint')}
          {...form.getInputProps('digest')}
          data={choices.map((seconds) => ({
            value: String(seconds),
            label: seconds === 0 ? t('dialog.atOnce') : t('dialog.within', { seconds }),
          }))}
        />
        <Switch
          label={t('dialog.quiet')}
          description={t('dialog.quietHint')}
          {...form.getInputProps('quiet', { type: 'checkbox' })}
        />
        {quiet && (
          <>
            <WeeklyFields values={form.values} props={(field) => form.getInputProps(field)} />
            <Checkbox.Group label={t('dialog.through')} {...form.getInputProps('through')}>
              <Group gap="sm" mt={4}>
                {URGENT_TOPICS.map((topic) => (
                  <Checkbox key={topic} value={topic} label={t(`topic.${topic}.name`)} />
                ))}
              </Group>
            </Checkbox.Group>
          </>
        )}
        <Switch
          label={t('dialog.on')}
          description={t('dialog.onHint')}
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
      </Stack>
    </Fieldset>
  );
}
