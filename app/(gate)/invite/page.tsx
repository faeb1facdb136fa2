import { Text } from '@mantine/core';
import { paramOf, requestTranslator, titled } from '@/app/request';
import { GateLink, GatePage } from '@/components/auth/gate-page';
import { SetupForm } from '@/components/auth/setup-form';
import { MIN_PASSWORD_LENGTH } from '@/server/auth/password';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = titled('auth.invite.title');

export default async function InvitePage(props: { searchParams: Promise<{ token?: string | string[] }> }) {
  const given = await paramOf(props.searchParams, 'token');
  const [t, invite] = [await requestTranslator(), await getRuntime().readInvite(given)];
  if (!invite) {
    return (
      <GatePage title={t('auth.invite.expiredTitle')}>
        <Text>{t('auth.invite.expiredBody')}</Text>
        <GateLink href="/login">{t('auth.setup.toLogin')}</GateLink>
      </GatePage>
    );
  }
  const role = t(`shell.roles.${invite.role}`);
  return (
    <GatePage title={t('auth.invite.title')} intro={t('auth.invite.intro', { role })}>
      <SetupForm token={given} minPassword={MIN_PASSWORD_LENGTH} invitedEmail={invite.email} />
    </GatePage>
  );
}
