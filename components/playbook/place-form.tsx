'use client';

import { NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { ORDERED } from '@/domain/condition';
import type { Schema } from './form-schema';
import { isObject, type Json, type JsonObject, valueAt, withValue } from './json-value';
import { isWhole, newStep, type Place, pathOf } from './outline-edit';
import { type PlaybookProblem, problemsAt } from './problem-path';
import { SettingField } from './setting-field';
import { SettingsForm } from './settings-form';

const BOUND: Schema = { anyOf: [{ type: 'number' }, { type: 'string' }] };

const STAGE: Schema = {
  type: 'object',
  properties: {
    when: {
      type: 'object',
      properties: {
        label: { type: 'string' },
        equals: { type: 'string' },
        notEquals: { type: 'string' },
        oneOf: { type: 'array', items: { type: 'string' } },
        contains: { type: 'string' },
        exists: { type: 'boolean' },
        ...Object.fromEntries(ORDERED.map((name) => [name, BOUND])),
        order: { type: 'string', enum: ['number', 'version'] },
      },
      required: ['label'],
    },
  },
};

/** The form of the stage or step that is chosen in the outline. */
export function PlaceForm(props: {
  definition: Json;
  place: Place;
  forms: {
    steps: readonly { type: string; settings: Record<string, unknown> }[];
    playbook: Record<string, unknown>;
  };
  problems: readonly PlaybookProblem[];
  onChange: (definition: Json) => void;
}) {
  const { definition, place, forms, onChange } = props;
  const t = useTranslations('playbooks.form');
  const path = pathOf(place);
  const value = valueAt(definition, path);
  if (!isObject(value)) return <Text c="dimmed">{t('nothingChosen')}</Text>;
  const put = (next: JsonObject) => onChange(withValue(definition, path, next));
  const within = problemsAt(props.problems, place);
  if (isWhole(place))
    return (
      <Stack gap="sm">
        <Title order={2}>{t('whole')}</Title>
        <Text size="sm" c="dimmed">
          {t('wholeAbout')}
        </Text>
        <SettingsForm
          schema={forms.playbook as Schema}
          value={value}
          onChange={put}
          without={['stages']}
          path=""
          problems={within}
          Field={SettingField}
        />
      </Stack>
    );
  const nameField = (
    <TextInput
      label={t('name')}
      value={typeof value.name === 'string' ? value.name : ''}
      error={within.get('name')}
      onChange={(event) => put({ ...value, name: event.currentTarget.value })}
    />
  );
  const own = ['name', 'type', 'steps'];
  if (place.step === null)
    return (
      <Stack gap="sm">
        <Title order={2}>{t('stage', { number: place.stage + 1 })}</Title>
        {nameField}
        {within.has('steps') && (
          <Text size="sm" c="var(--sy-vermilion-text)">
            {within.get('steps')}
          </Text>
        )}
        <SettingsForm
          schema={STAGE}
          value={value}
          onChange={put}
          without={own}
          path=""
          problems={within}
          Field={SettingField}
        />
      </Stack>
    );
  const type = typeof value.type === 'string' ? value.type : '';
  const form = forms.steps.find((one) => one.type === type);
  return (
    <Stack gap="sm">
      <Title order={2}>{t('step', { number: place.step + 1, stage: place.stage + 1 })}</Title>
      {nameField}
      <NativeSelect
        label={t('type')}
        value={type}
        error={within.get('type')}
        data={[...(form ? [] : [type]), ...forms.steps.map((one) => one.type)]}
        onChange={(event) => {
          const started = newStep(event.currentTarget.value, String(value.name ?? ''));
          if (isObject(started)) put(started);
        }}
      />
      {form && (
        <SettingsForm
          // Another step is another form: what was typed in one must not stay in the other.
          key={path.join('.')}
          schema={form.settings as Schema}
          value={value}
          onChange={put}
          without={own}
          path=""
          problems={within}
          Field={SettingField}
        />
      )}
    </Stack>
  );
}
