import { redirect } from 'next/navigation';
import { requestEnrolling, requestTranslator, titled } from '@/app/request';
import { safePath } from '@/app/safe-path';
import { GatePage } from '@/components/auth/gate-page';
import { LoginForm } from '@/components/auth/login-form';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = titled('auth.login.title');

export default async function LoginPage(props: { searchParams: Promise<{ next?: string | string[] }> }) {
  const wanted = safePath((await props.searchParams).next);
  const person = await requestEnrolling();
  if (person?.secondFactor === 'missing') redirect(`/second-factor?next=${encodeURIComponent(wanted)}`);
  if (person) redirect(wanted);
  if (await getRuntime().setupNeeded()) redirect('/setup');
  const t = await requestTranslator();
  return (
    <GatePage title={t('auth.login.title')} below={t('auth.login.help')}>
      <LoginForm next={wanted} />
    </GatePage>
  );
}
