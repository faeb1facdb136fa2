'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { postJson } from './api';

/** The way out for who does not do now what is asked of them. */
export function LeaveButton() {
  const t = useTranslations('auth.secondFactor');
  return (
    <Button
      variant="subtle"
      fullWidth
      mt="sm"
      onClick={async () => {
        const left = await postJson('/api/auth/sign-out', {});
        if (left && left.status < 300) location.assign(left.url ?? '/login');
      }}
    >
      {t('leave')}
    </Button>
  );
}
