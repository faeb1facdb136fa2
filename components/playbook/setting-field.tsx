'use client';

import { Fieldset, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { NumberField } from '@/components/form/number-field';
import { useSay } from '@/components/i18n/said';
import classes from './builder.module.css';
import type { FieldProps } from './field-props';
import { kindOf, scalarOf } from './form-schema';
import { JsonField } from './json-field';
import { isObject } from './json-value';
import { ListField } from './list-field';
import { RecordField } from './record-field';
import { SettingsForm } from './settings-form';

const LONG = ['body', 'instructions', 'caPem', 'message', 'value'];

/** One setting, edited as its schema says; what no form can show is edited as JSON. */
export function SettingField(props: FieldProps) {
  const { schema, label, name, required, value, onChange, path, problems } = props;
  const t = useTranslations('playbooks.form');
  const error = useSay()(problems.get(path));
  const usual = schema.default === undefined ? undefined : String(schema.default);
  const emptied = (text: string) => (text === '' && !required ? undefined : text);
  switch (kindOf(schema)) {
    case 'choice':
      return (
        <NativeSelect
          label={label}
          error={error}
          value={typeof value === 'string' ? value : ''}
          data={[
            ...(required ? [] : [{ value: '', label: usual ? t('usual', { value: usual }) : t('notSet') }]),
            ...(schema.enum ?? []).map(String),
          ]}
          onChange={(event) => onChange(emptied(event.currentTarget.value))}
        />
      );
    case 'switch':
      return (
        <Switch
          className={classes.switch}
          label={label}
          error={error}
          checked={typeof value === 'boolean' ? value : schema.default === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'number':
      return (
        <NumberField
          label={label}
          error={error}
          placeholder={usual}
          value={typeof value === 'number' ? value : ''}
          min={schema.minimum}
          max={schema.maximum}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    case 'scalar':
      return (
        <TextInput
          label={label}
          error={error}
          value={value === undefined || typeof value === 'object' ? '' : String(value)}
          spellCheck={false}
          onChange={(event) => {
            const text = event.currentTarget.value;
            onChange(text === '' && !required ? undefined : scalarOf(text));
          }}
        />
      );
    case 'body':
      if (value !== undefined && typeof value !== 'string') return <JsonField {...props} error={error} />;
      return <LongText {...props} error={error} emptied={emptied} />;
    case 'text':
      if (LONG.includes(name)) return <LongText {...props} error={error} emptied={emptied} />;
      return (
        <TextInput
          label={label}
          error={error}
          placeholder={usual}
          value={typeof value === 'string' ? value : ''}
          spellCheck={false}
          onChange={(event) => onChange(emptied(event.currentTarget.value))}
        />
      );
    case 'record':
      return <RecordField {...props} />;
    case 'list':
      return <ListField {...props} />;
    case 'object':
      return (
        <Fieldset legend={label}>
          <SettingsForm
            schema={schema}
            value={isObject(value) ? value : {}}
            onChange={onChange}
            path={path}
            problems={problems}
            Field={SettingField}
          />
        </Fieldset>
      );
    case 'json':
      return <JsonField {...props} error={error} />;
  }
}

function LongText(
  props: FieldProps & { error: string | undefined; emptied: (text: string) => string | undefined },
) {
  const { label, error, value, onChange, emptied } = props;
  return (
    <Textarea
      label={label}
      error={error}
      value={typeof value === 'string' ? value : ''}
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      classNames={{ input: classes.code }}
      onChange={(event) => onChange(emptied(event.currentTarget.value))}
    />
  );
}
