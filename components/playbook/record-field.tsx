'use client';

import { ActionIcon, Button, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import classes from './builder.module.css';
import type { FieldProps } from './field-props';
import { kindOf, startOf } from './form-schema';
import { isObject, type Json } from './json-value';

/** Values by names that the writer chooses, in their order. */
export function RecordField({ schema, label, value, onChange, path, problems, Field }: FieldProps) {
  const t = useTranslations('playbooks.form');
  const entries = Object.entries(isObject(value) ? value : {});
  const of = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
  const simple = kindOf(of) === 'text';
  const put = (next: [string, Json][]) => onChange(Object.fromEntries(next));
  const replace = (index: number, entry: [string, Json]) =>
    put(entries.map((old, at) => (at === index ? entry : old)));
  return (
    <Fieldset legend={label}>
      <Stack gap="sm">
        {entries.map(([name, one], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: its name is being typed; only its place stays.
          <div key={index} className={simple ? classes.pair : undefined}>
            <TextInput
              label={t('entryName')}
              value={name}
              spellCheck={false}
              onChange={(event) => {
                const next = event.currentTarget.value;
                // Two of one name would become one.
                if (!entries.some(([other], at) => at !== index && other === next))
                  replace(index, [next, one]);
              }}
            />
            <Field
              schema={of}
              label={simple ? t('entryValue') : t('entryOf', { name })}
              name="entry"
              required
              value={one}
              onChange={(next) => replace(index, [name, next ?? ''])}
              path={`${path}.${name}`}
              problems={problems}
              Field={Field}
            />
            <ActionIcon
              size={34}
              aria-label={t('removeEntry', { name })}
              onClick={() => put(entries.filter((_, at) => at !== index))}
            >
              <Trash2 size={16} aria-hidden="true" />
            </ActionIcon>
          </div>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Plus size={14} aria-hidden="true" />}
            disabled={entries.some(([name]) => name === '')}
            onClick={() => put([...entries, ['', simple ? '' : startOf(of)]])}
          >
            {t('addEntry')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
