'use client';

import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ssoRefusalOf } from '@/domain/sso-refusal';
import { goToProvider } from './api';
import classes from './form.module.css';

/** The way to the provider, and what came of the way back: `refused` is as the address of the page says it. */
export function SsoButton(props: { name: string; next: string; refused: unknown; alone: boolean }) {
  const t = useTranslations('auth.sso');
  const [refused, setRefused] = useState(ssoRefusalOf(props.refused));
  const [going, setGoing] = useState(false);

  async function go() {
    if (going) return;
    setGoing(true);
    setRefused(null);
    const code = await goToProvider(props.next);
    if (code === null) return;
    setGoing(false);
    setRefused(ssoRefusalOf(code) ?? 'failed');
  }

  return (
    <Stack gap="md">
      {refused && (
        <p role="alert" className={classes.problem}>
          {t(`refused.${refused}`)}
        </p>
      )}
      <Button size="md" fullWidth variant={props.alone ? 'filled' : 'default'} loading={going} onClick={go}>
        {t('submit', { name: props.name })}
      </Button>
    </Stack>
  );
}
