'use client';

import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { useTRPC } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { NumberField } from '@/components/form/number-field';
import type { Role } from '@/components/session/role';
import { RoleSelect } from '@/components/session/role-select';
import { LimitsField } from './limits-field';
import { limitsFor, limitsOf } from './limits-text';

/** What an operator's key can be limited to. */
const OPERATOR_SCOPES = ['plans:run', 'tenants:write'] as const;
type Scope = (typeof OPERATOR_SCOPES)[number];

/** Creates a key and shows it this once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('settings');
  const trpc = useTRPC();
  const [key, setKey] = useState<string | null>(null);
  const create = useChange(trpc.apiKeys.create.mutationOptions(), [trpc.apiKeys.pathFilter()]);
  return (
    <FormDialog
      title={t('keys.create')}
      onClose={onClose}
      start={{
        name: '',
        role: 'operator' as Role,
        scopes: [] as Scope[],
        limits: '',
        expiresInDays: 90 as number | string,
      }}
      check={({ limits }): Record<string, string> =>
        limitsOf(limits) === 'wrong' ? { limits: t('limits.wrong') } : {}
      }
      place={(part) => (part.startsWith('limitedTo') ? 'limits' : part)}
      send={({ name, role, scopes, limits, expiresInDays }) =>
        create.mutateAsync({
          name,
          // The least role with these scopes is the server's to find.
          ...(role === 'operator' && scopes.length > 0 ? { scopes } : { role }),
          limitedTo: limitsFor(role, limits),
          expiresInDays: typeof expiresInDays === 'number' ? expiresInDays : null,
        })
      }
      onSent={(made) => setKey(made.key)}
      submit={t('keys.create')}
      refused={t('keys.dialog.refused')}
      once={key === null ? null : { label: t('keys.dialog.fresh'), value: key }}
    >
      {(form) => (
        <>
          <TextInput
            label={t('name')}
            description={t('keys.dialog.nameHint')}
            {...form.getInputProps('name')}
            maxLength={80}
            data-autofocus
          />
          <RoleSelect
            label={t('role')}
            value={form.values.role}
            error={form.errors.role}
            onChange={(role) => form.setFieldValue('role', role)}
          />
          {form.values.role === 'operator' && (
            <Checkbox.Group
              label={t('keys.dialog.only')}
              description={t('keys.dialog.onlyHint')}
              {...form.getInputProps('scopes')}
            >
              <Stack gap="xs" mt={6}>
                {OPERATOR_SCOPES.map((scope) => (
                  <Checkbox key={scope} value={scope} label={t(`keys.scopes.${scope}`)} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          {form.values.role !== 'admin' && <LimitsField {...form.getInputProps('limits')} />}
          <NumberField
            label={t('keys.dialog.days')}
            description={t('keys.dialog.daysHint')}
            min={1}
            max={3650}
            allowDecimal={false}
            {...form.getInputProps('expiresInDays')}
          />
        </>
      )}
    </FormDialog>
  );
}
