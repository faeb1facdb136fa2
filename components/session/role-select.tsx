'use client';

import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { ROLES, type Role } from './role';

/** Chooses what somebody may do. */
export function RoleSelect({
  onChange,
  ...field
}: Omit<NativeSelectProps, 'value' | 'onChange' | 'data'> & { value: Role; onChange: (role: Role) => void }) {
  const t = useTranslations('shell');
  return (
    <NativeSelect
      data={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
      onChange={(event) => onChange(ROLES.find((role) => role === event.currentTarget.value) ?? 'viewer')}
      {...field}
    />
  );
}
