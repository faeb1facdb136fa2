'use client';

import { PasswordInput, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';

/** Takes a secret's value, once: it is sealed and never comes back. */
export function SecretDialog(props: {
  tenantId: string;
  /** Empty for a new one. */
  name: string;
  onClose: () => void;
}) {
  const { tenantId, onClose } = props;
  const t = useTranslations('tenants.secrets');
  const ui = useTranslations('ui');
  const trpc = useTRPC();
  const save = useChange(trpc.tenants.setSecret.mutationOptions(), [trpc.tenants.get.pathFilter()]);
  const isNew = props.name === '';
  return (
    <FormDialog
      title={isNew ? t('newTitle', { tenant: tenantId }) : t('replaceTitle', { name: props.name })}
      onClose={onClose}
      start={{ name: props.name, value: '' }}
      send={({ name, value }) => save.mutateAsync({ tenantId, name: name.trim(), value })}
      submit={t('submit')}
      refused={t('refused')}
    >
      {(form) => (
        <>
          <TextInput
            label={t('name')}
            description={t('nameHint')}
            {...form.getInputProps('name')}
            readOnly={!isNew}
            spellCheck={false}
            data-autofocus={isNew || undefined}
          />
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
            label={t('value')}
            description={t('valueHint')}
            {...form.getInputProps('value')}
            autoComplete="off"
            data-autofocus={!isNew || undefined}
          />
        </>
      )}
    </FormDialog>
  );
}
