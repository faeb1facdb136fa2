import { Text } from '@mantine/core';
import { paramOf, requestTranslator, titled } from '@/app/request';
import { GateLink, GatePage } from '@/components/auth/gate-page';
import { SetupForm } from '@/components/auth/setup-form';
import { MIN_PASSWORD_LENGTH } from '@/server/auth/password';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = titled('auth.setup.title');

export default async function SetupPage(props: { searchParams: Promise<{ token?: string | string[] }> }) {
  const given = await paramOf(props.searchParams, 'token');
  const [t, state] = [await requestTranslator(), await getRuntime().setupLinkState(given)];

  if (state === 'valid') {
    return (
      <GatePage title={t('auth.setup.title')} intro={t('auth.setup.intro')}>
        <SetupForm token={given} minPassword={MIN_PASSWORD_LENGTH} />
      </GatePage>
    );
  }
  const [title, body] =
    state === 'done'
      ? [t('auth.setup.doneTitle'), t('auth.setup.doneBody')]
      : given === ''
        ? [t('auth.setup.linkTitle'), t('auth.setup.linkBody')]
        : [t('auth.setup.expiredTitle'), t('auth.setup.expiredBody')];
  return (
    <GatePage title={title}>
      <Text>{body}</Text>
      {state === 'done' && <GateLink href="/login">{t('auth.setup.toLogin')}</GateLink>}
    </GatePage>
  );
}
