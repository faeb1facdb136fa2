'use client';

import { TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** A moment, typed on this browser's clock; which zone that is stands below, after the hint. */
export function WhenField(props: {
  label: string;
  value: Date | null;
  onChange: (value: Date | null) => void;
  error?: string | undefined;
  /** In place of the zone, where that is told elsewhere. */
  description?: string;
  hint?: string;
}) {
  const t = useTranslations('ui.time');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <TextInput
      type="datetime-local"
      label={props.label}
      description={props.description ?? [props.hint, t('yours', { zone })].filter(Boolean).join(' ')}
      value={props.value ? localText(props.value) : ''}
      onChange={(event) => {
        const at = new Date(event.currentTarget.value);
        props.onChange(Number.isNaN(at.getTime()) ? null : at);
      }}
      error={props.error}
    />
  );
}

/** The form that the browser's own field wants: local time without a zone. */
function localText(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
