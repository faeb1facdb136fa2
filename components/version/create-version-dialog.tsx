'use client';

import { Autocomplete, Group, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import type { Outputs } from '@/server/api/router';

type Unit = Outputs['versions']['list']['items'][number];
type Format = 'json' | 'text';

/** Writes a new version of a unit, or the first one of a new unit. */
export function CreateVersionDialog({ units, onClose }: { units: readonly Unit[]; onClose: () => void }) {
  const t = useTranslations('versions');
  const trpc = useTRPC();
  const create = useChange(trpc.versions.create.mutationOptions(), [trpc.versions.pathFilter()]);
  const [only] = units.length === 1 ? units : [];
  return (
    <FormDialog
      title={t('create')}
      size="lg"
      onClose={onClose}
      start={{ unitId: only?.unitId ?? '', version: '', note: '', format: 'json' as Format, payload: '' }}
      send={(values) =>
        create.mutateAsync({ ...values, unitId: values.unitId.trim(), version: values.version.trim() })
      }
      onSent={({ unitId, version }) => {
        notifications.show({ message: t('dialog.created', { unit: unitId, version }) });
        onClose();
      }}
      submit={t('create')}
      refused={t('dialog.refused')}
    >
      {(form) => (
        <>
          <Group grow align="flex-start">
            <Autocomplete
              label={t('dialog.unit')}
              description={t('dialog.unitHint')}
              placeholder="gateway"
              data={units.map((unit) => unit.unitId)}
              {...form.getInputProps('unitId')}
              data-autofocus={only ? undefined : true}
            />
            <TextInput
              label={t('dialog.version')}
              description={t('dialog.versionHint')}
              placeholder="v2"
              {...form.getInputProps('version')}
              spellCheck={false}
              data-autofocus={only ? true : undefined}
            />
          </Group>
          <Group grow align="flex-start">
            <TextInput
              label={t('dialog.note')}
              placeholder={t('dialog.noteHint')}
              {...form.getInputProps('note')}
            />
            <NativeSelect
              label={t('dialog.format')}
              {...form.getInputProps('format')}
              data={[
                { value: 'json', label: 'JSON' },
                { value: 'text', label: t('dialog.text') },
              ]}
            />
          </Group>
          <Textarea
            label={t('dialog.payload')}
            description={t('dialog.payloadHint')}
            placeholder={'{\n  "version": "v2"\n}'}
            {...form.getInputProps('payload')}
            autosize
            minRows={8}
            maxRows={20}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
        </>
      )}
    </FormDialog>
  );
}
