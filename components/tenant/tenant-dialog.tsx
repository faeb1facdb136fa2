'use client';

import { Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { ListRows } from '@/components/form/list-rows';
import type { Tenant } from '@/domain/tenant';
import { editedTenant } from '@/domain/tenant-edit';
import { tenantChanges } from '@/domain/tenant-merge';
import { ChangeList } from './change-list';
import {
  EMPTY_PAIR,
  EMPTY_PLACE,
  editOf,
  fieldOfPart,
  pairsOf,
  placesOf,
  type TenantValues,
  valuesOf,
  wrongIn,
} from './tenant-form';

/** Adds a tenant by hand, or changes one: before it is sent, what changes is shown. */
export function TenantDialog({ tenant, onClose }: { tenant: Tenant | null; onClose: () => void }) {
  const t = useTranslations('tenants.form');
  const words = useTranslations('form');
  const trpc = useTRPC();
  const changed = [trpc.tenants.pathFilter()];
  const add = useChange(trpc.tenants.upsert.mutationOptions(), changed);
  const update = useChange(trpc.tenants.update.mutationOptions(), changed);

  function send(values: TenantValues, requestId: string) {
    if (tenant)
      return update.mutateAsync({ tenantId: tenant.tenantId, ...editOf(tenant, values), requestId });
    const tenantId = values.tenantId.trim();
    return add.mutateAsync({
      tenantId,
      name: values.name.trim() || undefined,
      endpoints: placesOf(tenantId, values.endpoints),
      labels: pairsOf(values.labels),
      variables: pairsOf(values.variables),
    });
  }
  /** As the server will find it. */
  const changes = (values: TenantValues) => {
    if (!tenant) return [];
    const before = { ...tenant, current: {} };
    return tenantChanges(before, editedTenant(before, editOf(tenant, values)));
  };
  return (
    <FormDialog
      title={tenant ? t('editTitle', { tenant: tenant.tenantId }) : t('addTitle')}
      size="lg"
      onClose={onClose}
      start={valuesOf(tenant)}
      check={(values) => wrongIn(values, { twice: words('twice'), missing: words('missing') })}
      place={fieldOfPart}
      send={send}
      onSent={({ tenantId }) => {
        notifications.show({ message: t(tenant ? 'saved' : 'added', { tenant: tenantId }) });
        onClose();
      }}
      hold={(values) => (tenant && changes(values).length === 0 ? words('nothingChanged') : null)}
      submit={t(tenant ? 'submitEdit' : 'submitAdd')}
      refused={t(tenant ? 'refusedEdit' : 'refusedAdd')}
    >
      {(form) => {
        const pending = changes(form.values);
        return (
          <>
            {!tenant && (
              <TextInput
                label={t('id')}
                description={t('idHint')}
                {...form.getInputProps('tenantId')}
                spellCheck={false}
                data-autofocus
              />
            )}
            <TextInput
              label={t('name')}
              placeholder={form.values.tenantId || t('nameHint')}
              {...form.getInputProps('name')}
              data-autofocus={tenant ? true : undefined}
            />
            <ListRows
              form={form}
              list="endpoints"
              empty={EMPTY_PLACE}
              legend={t('instances')}
              tracks="120px minmax(0, 1fr) minmax(0, 1fr)"
              more={t('moreInstances')}
              nameOf={(place) => t('row', { what: t('instances'), number: place + 1 })}
            >
              {(path, place) => (
                <>
                  <TextInput
                    aria-label={`${t('instanceKey')} ${place + 1}`}
                    placeholder={t('instanceKey')}
                    {...form.getInputProps(`${path}.key`)}
                    spellCheck={false}
                  />
                  <TextInput
                    aria-label={`${t('instanceUrl')} ${place + 1}`}
                    placeholder="http://10.0.0.5:8080"
                    {...form.getInputProps(`${path}.url`)}
                    spellCheck={false}
                  />
                  <TextInput
                    aria-label={`${t('instanceHealth')} ${place + 1}`}
                    placeholder={t('healthHint')}
                    {...form.getInputProps(`${path}.healthUrl`)}
                    spellCheck={false}
                  />
                </>
              )}
            </ListRows>
            {(['labels', 'variables'] as const).map((list) => {
              const [key, value, more] = WORDS[list];
              return (
                <ListRows
                  key={list}
                  form={form}
                  list={list}
                  empty={EMPTY_PAIR}
                  legend={t(list)}
                  tracks="minmax(0, 1fr) minmax(0, 1.6fr)"
                  hint={list === 'variables' ? t('variablesHint') : undefined}
                  more={t(more)}
                  nameOf={(place) => t('row', { what: t(key), number: place + 1 })}
                >
                  {(path, place) => (
                    <>
                      <TextInput
                        aria-label={`${t(key)} ${place + 1}`}
                        placeholder={list === 'labels' ? 'region' : 'ZONE'}
                        {...form.getInputProps(`${path}.key`)}
                        spellCheck={false}
                      />
                      <TextInput
                        aria-label={`${t(key)} ${place + 1}: ${t(value)}`}
                        placeholder={list === 'labels' ? 'eu' : t(value)}
                        {...form.getInputProps(`${path}.value`)}
                        spellCheck={false}
                      />
                    </>
                  )}
                </ListRows>
              );
            })}
            {pending.length > 0 && (
              <Stack gap={2} role="status">
                <Text size="sm" fw={600}>
                  {t('changes')}
                </Text>
                <ChangeList changes={pending} />
              </Stack>
            )}
          </>
        );
      }}
    </FormDialog>
  );
}

const WORDS = {
  labels: ['labelKey', 'labelValue', 'moreLabels'],
  variables: ['variableKey', 'variableValue', 'moreVariables'],
} as const;
