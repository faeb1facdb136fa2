import { Divider } from '@mantine/core';
import { redirect } from 'next/navigation';
import { requestEnrolling, requestTranslator, titled } from '@/app/request';
import { safePath } from '@/app/safe-path';
import { GatePage } from '@/components/auth/gate-page';
import { LoginForm } from '@/components/auth/login-form';
import { PasskeyButton } from '@/components/auth/passkey-button';
import { SsoButton } from '@/components/auth/sso-button';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = titled('auth.login.title');

export default async function LoginPage(props: {
  searchParams: Promise<{ next?: string | string[]; sso?: string | string[] }>;
}) {
  const { next, sso } = await props.searchParams;
  const wanted = safePath(next);
  const person = await requestEnrolling();
  if (person?.secondFactor === 'missing') redirect(`/second-factor?next=${encodeURIComponent(wanted)}`);
  if (person) redirect(wanted);
  const { signIn, setupNeeded, passkeyOrigin } = getRuntime();
  const { passwords, singleSignOn } = signIn;
  if (await setupNeeded()) redirect('/setup');
  const t = await requestTranslator();
  return (
    <GatePage title={t('auth.login.title')} below={t(passwords ? 'auth.login.help' : 'auth.sso.alone')}>
      {singleSignOn && <SsoButton name={singleSignOn} next={wanted} refused={sso} alone={!passwords} />}
      {singleSignOn && passwords && <Divider label={t('auth.sso.or')} my="lg" />}
      {passwords && <LoginForm next={wanted} />}
      {passkeyOrigin && <PasskeyButton next={wanted} origin={passkeyOrigin} />}
    </GatePage>
  );
}
