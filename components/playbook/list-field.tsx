'use client';

import { Button, Fieldset, Group, Stack } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { FieldProps } from './field-props';
import { startOf } from './form-schema';

/** Values one after the other, each edited as its schema says. */
export function ListField({ schema, label, name, value, onChange, path, problems, Field }: FieldProps) {
  const t = useTranslations('playbooks.form');
  const items = Array.isArray(value) ? value : [];
  const item = schema.items ?? {};
  return (
    <Fieldset legend={label}>
      <Stack gap="sm">
        {items.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item is its place; nothing else names it.
          <div key={index}>
            <Field
              schema={item}
              label={t('item', { name: label, number: index + 1 })}
              name={name}
              required
              value={one}
              onChange={(next) => onChange(items.map((old, at) => (at === index ? (next ?? null) : old)))}
              path={`${path}.${index}`}
              problems={problems}
              Field={Field}
            />
            <Group justify="flex-end">
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={() => onChange(items.filter((_, at) => at !== index))}
              >
                {t('removeItem', { number: index + 1 })}
              </Button>
            </Group>
          </div>
        ))}
        <Button
          size="compact-sm"
          variant="default"
          w="fit-content"
          leftSection={<Plus size={14} aria-hidden="true" />}
          onClick={() => onChange([...items, startOf(item)])}
        >
          {t('addItem')}
        </Button>
      </Stack>
    </Fieldset>
  );
}
