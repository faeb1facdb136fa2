'use client';

import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import classes from './builder.module.css';
import type { FieldProps } from './field-props';
import { fieldsOf, kindOf, reshaped, type Schema, shapeFor, startOf } from './form-schema';
import { type JsonObject, withValue } from './json-value';
import { useFieldWords } from './use-field-words';

/** The settings of one object: those that matter, a way to the others, and word of what is kept without being known. */
export function SettingsForm(props: {
  schema: Schema;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  /** Names that are edited elsewhere. */
  without?: readonly string[];
  path: string;
  problems: ReadonlyMap<string, string>;
  Field: FieldProps['Field'];
}) {
  const { schema, value, onChange, path, problems, Field, without = [] } = props;
  const t = useTranslations('playbooks.form');
  const words = useFieldWords();
  const say = useSay();
  const { shape, by } = shapeFor(schema, value);
  const { shown, offered, unknown } = fieldsOf(shape, value, by);
  const kept = unknown.filter((name) => !without.includes(name));
  const set = (name: string, next: Parameters<typeof withValue>[2]) =>
    onChange(withValue(value, [name], next) as JsonObject);
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  return (
    <Stack gap="sm">
      <div className={classes.fields}>
        {by && (
          <NativeSelect
            label={words(by.key)}
            value={String(value[by.key] ?? by.values[0])}
            data={by.values}
            error={say(problems.get(at(by.key)))}
            onChange={(event) => onChange(reshaped(schema, value, by, event.currentTarget.value))}
          />
        )}
        {shown.map((name) => {
          const field = shape.properties?.[name] ?? {};
          const required = shape.required?.includes(name) ?? false;
          const wide = ['body', 'record', 'list', 'object', 'json'].includes(kindOf(field));
          return (
            <div key={name} className={wide ? classes.wide : undefined}>
              <Field
                schema={field}
                label={words(name)}
                name={name}
                required={required}
                value={value[name]}
                onChange={(next) => set(name, next)}
                path={at(name)}
                problems={problems}
                Field={Field}
              />
              {wide && name in value && !required && (
                <Group justify="flex-end">
                  <Button size="compact-xs" variant="subtle" onClick={() => set(name, undefined)}>
                    {t('remove', { name: words(name) })}
                  </Button>
                </Group>
              )}
            </div>
          );
        })}
      </div>
      {offered.length > 0 && (
        <NativeSelect
          className={classes.offer}
          aria-label={t('addSetting')}
          value=""
          data={[
            { value: '', label: t('addSetting') },
            ...offered.map((name) => ({ value: name, label: words(name) })),
          ]}
          onChange={(event) => {
            const name = event.currentTarget.value;
            if (name !== '') set(name, startOf(shape.properties?.[name] ?? {}));
          }}
        />
      )}
      {kept.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('kept', { names: kept.join(', ') })}
        </Text>
      )}
    </Stack>
  );
}
