import { Anchor } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** Leads to the one address at which browsers use passkeys of this server. */
export function PasskeyElsewhere({ origin, path }: { origin: string; path: string }) {
  const t = useTranslations('secondFactor.passkeys');
  return (
    <Anchor href={`${origin}${path}`} inherit c="inherit" underline="always">
      {t('elsewhere', { origin })}
    </Anchor>
  );
}
