'use client';

import {
  Code,
  Fieldset,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import type { Form } from '@/components/form/form-dialog';
import { useSay } from '@/components/i18n/said';
import { Problem } from '@/components/ui/problem';
import { type Formats, formatOf, presetOf, type Values } from './notification-form';
import classes from './settings.module.css';

/** A person stopped typing. */
const STILL_MILLIS = 400;

/** How messages are written: a preset, or what became of one; and what comes of it. */
export function MessageFields({ form, formats }: { form: Form<Values>; formats: Formats }) {
  const t = useTranslations('settings.webhooks');
  const { kind, format, contentType } = form.values;
  const own = (field: 'template' | 'query' | 'expect') => {
    const { onChange, ...props } = form.getInputProps(field);
    return {
      ...props,
      onChange: (event: unknown) => {
        onChange(event);
        form.setFieldValue('format', 'own');
      },
    };
  };
  return (
    <Fieldset legend={t('parts.message')}>
      <Stack gap="sm">
        {kind === 'webhook' && (
          <>
            <NativeSelect
              label={t('format')}
              description={t('dialog.formatHint')}
              value={format}
              onChange={({ currentTarget: { value } }) =>
                form.setValues({
                  format: value as Values['format'],
                  ...(value !== 'own' && presetOf(value, formats)),
                })
              }
              data={[...Object.keys(formats.presets), 'own'].map((name) => ({
                value: name,
                label: t(`formats.${name as Values['format']}`),
              }))}
            />
            <Textarea
              label={t('dialog.template')}
              description={t('dialog.templateHint')}
              {...own('template')}
              autosize
              minRows={4}
              maxRows={12}
              spellCheck={false}
              classNames={{ input: classes.template }}
            />
            <details className={classes.names}>
              <summary>{t('dialog.names')}</summary>
              <Text size="sm" component="div">
                {formats.names.map((name) => (
                  <Code key={name}>{`{{${name}}}`}</Code>
                ))}
              </Text>
            </details>
            <NativeSelect
              label={t('dialog.contentType')}
              value={contentType}
              onChange={({ currentTarget: { value } }) =>
                form.setValues({ contentType: value as Values['contentType'], format: 'own' })
              }
              data={[
                { value: 'application/json', label: 'JSON' },
                { value: 'text/plain', label: t('dialog.plainText') },
              ]}
            />
            <TextInput
              label={t('dialog.query')}
              description={t('dialog.queryHint')}
              {...own('query')}
              spellCheck={false}
              autoComplete="off"
            />
            <TextInput
              label={t('dialog.expect')}
              description={t('dialog.expectHint')}
              {...own('expect')}
              spellCheck={false}
              autoComplete="off"
            />
          </>
        )}
        <Preview values={form.values} />
      </Stack>
    </Fieldset>
  );
}

/** An example, as it would be sent. */
function Preview({ values }: { values: Values }) {
  const t = useTranslations('settings.webhooks.dialog');
  const say = useSay();
  const trpc = useTRPC();
  const [which, setWhich] = useState<'one' | 'many'>('one');
  const [asked] = useDebouncedValue(JSON.stringify({ kind: values.kind, ...formatOf(values) }), STILL_MILLIS);
  const { data, error } = useQuery(
    trpc.notifications.preview.queryOptions(JSON.parse(asked), {
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  const shown = data?.[which];
  return (
    <div>
      <div className={classes.previewHead}>
        <Text size="sm" fw={540}>
          {t('preview')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t('previewOf')}
          value={which}
          onChange={(value) => setWhich(value as typeof which)}
          data={[
            { value: 'one', label: t('previewOne') },
            { value: 'many', label: t('previewMany') },
          ]}
        />
      </div>
      {error ? (
        <Problem kind="warning" title={t('noPreview')}>
          {say(errorText(error))}
        </Problem>
      ) : (
        <section aria-label={t('preview')}>
          {shown?.subject && (
            <Text size="sm" fw={600}>
              {shown.subject}
            </Text>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <pre className={classes.preview} tabIndex={0}>
            {shown?.query ? `?${shown.query}\n\n${shown.body}` : (shown?.body ?? '')}
          </pre>
        </section>
      )}
    </div>
  );
}
