'use client';

import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import classes from './form.module.css';
import type { Form } from './form-dialog';

/** Rows of a form that can be added and removed. A new one has the focus. */
export function ListRows<Values extends Record<string, unknown>>(props: {
  form: Form<Values>;
  /** The field that has the rows. */
  list: keyof Values & string;
  /** What a row is before anything is written in it. */
  empty: unknown;
  legend: string;
  hint?: string;
  /** What the button says that adds one. */
  more: string;
  /** What a row is called: "Label 2". */
  nameOf: (place: number) => string;
  /** How wide its fields are, beside one another; below one another on a phone. */
  tracks: string;
  children: (path: string, place: number) => ReactNode;
}) {
  const { form, list, nameOf } = props;
  const t = useTranslations('form');
  const rows = form.values[list] as readonly unknown[];
  const group = useRef<HTMLFieldSetElement>(null);
  const count = useRef(rows.length);
  useEffect(() => {
    if (rows.length > count.current) {
      const rowsThere = group.current?.querySelectorAll('[data-row]') ?? [];
      rowsThere[rowsThere.length - 1]?.querySelector('input')?.focus();
    }
    count.current = rows.length;
  }, [rows.length]);
  // The library knows lists by their paths only.
  const { insertListItem, removeListItem } = form as unknown as {
    insertListItem: (list: string, item: unknown) => void;
    removeListItem: (list: string, place: number) => void;
  };
  return (
    <fieldset ref={group} style={{ margin: 0, padding: 0, border: 0, minWidth: 0 }}>
      <legend className="mantine-InputWrapper-label" style={{ padding: 0 }}>
        {props.legend}
      </legend>
      {props.hint && (
        <Text size="xs" c="dimmed" mb={4}>
          {props.hint}
        </Text>
      )}
      <Stack gap={6}>
        {rows.map((_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place alone, its fields as well.
          <Group key={place} data-row gap={6} wrap="nowrap" align="flex-start">
            <div className={classes.fields} style={{ '--fields': props.tracks } as CSSProperties}>
              {props.children(`${list}.${place}`, place)}
            </div>
            <ActionIcon
              size={34}
              aria-label={t('remove', { what: nameOf(place) })}
              onClick={() => removeListItem(list, place)}
            >
              <X size={15} aria-hidden="true" />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Plus size={13} aria-hidden="true" />}
            onClick={() => insertListItem(list, props.empty)}
          >
            {props.more}
          </Button>
        </div>
      </Stack>
    </fieldset>
  );
}
