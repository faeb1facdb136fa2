import { Text } from '@mantine/core';
import { paramOf, requestTranslator, titled } from '@/app/request';
import { GateLink, GatePage } from '@/components/auth/gate-page';
import { ResetForm } from '@/components/auth/reset-form';
import { MIN_PASSWORD_LENGTH } from '@/server/auth/password';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = titled('auth.reset.title');

export default async function ResetPage(props: { searchParams: Promise<{ token?: string | string[] }> }) {
  const given = await paramOf(props.searchParams, 'token');
  const [t, reset] = [await requestTranslator(), await getRuntime().readReset(given)];
  if (!reset) {
    return (
      <GatePage title={t('auth.reset.expiredTitle')}>
        <Text>{t('auth.reset.expiredBody')}</Text>
        <GateLink href="/login">{t('auth.setup.toLogin')}</GateLink>
      </GatePage>
    );
  }
  return (
    <GatePage title={t('auth.reset.title')} intro={t('auth.reset.intro', { name: reset.name })}>
      <ResetForm token={given} minPassword={MIN_PASSWORD_LENGTH} email={reset.email} />
    </GatePage>
  );
}
