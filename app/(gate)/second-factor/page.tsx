import { redirect } from 'next/navigation';
import { requestEnrolling, requestTranslator, titled } from '@/app/request';
import { safePath } from '@/app/safe-path';
import { GatePage } from '@/components/auth/gate-page';
import { LeaveButton } from '@/components/auth/leave-button';
import { RequiredSecondFactor } from '@/components/settings/required-second-factor';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = titled('auth.secondFactor.title');

/** Where those are led of whom a second factor is required and who have none. */
export default async function SecondFactorPage(props: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const wanted = safePath((await props.searchParams).next);
  const person = await requestEnrolling();
  if (!person) redirect('/login');
  if (person.secondFactor !== 'missing') redirect(wanted);
  const t = await requestTranslator();
  return (
    <GatePage title={t('auth.secondFactor.title')} intro={t('auth.secondFactor.intro')}>
      <RequiredSecondFactor next={wanted} passkeyOrigin={getRuntime().passkeyOrigin} />
      <LeaveButton />
    </GatePage>
  );
}
