'use client';

import { Button, Skeleton } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { PasskeyElsewhere } from '@/components/session/passkey-elsewhere';
import { Problem } from '@/components/ui/problem';
import { ShownOnce } from '@/components/ui/shown-once';
import { useBackupCodes } from './backup-codes';

const loading = () => <Skeleton height={160} />;
const SecondFactorSetup = dynamic(
  () => import('./second-factor-setup').then((module) => module.SecondFactorSetup),
  { loading },
);
const RequiredPasskey = dynamic(() => import('./required-passkey').then((module) => module.RequiredPasskey), {
  loading,
});

/** Sets a second factor up before anything else, codes or a passkey, and goes on to where somebody wanted to. */
export function RequiredSecondFactor({
  next,
  passkeyOrigin,
}: {
  next: string;
  passkeyOrigin: string | null;
}) {
  const t = useTranslations('secondFactor.passkeys');
  const [codes, setCodes] = useState<string[] | null>(null);
  const [way, setWay] = useState<'codes' | 'passkey' | 'elsewhere'>('codes');
  const once = useBackupCodes(codes);
  // A full load: the server renders the console for the new session.
  const goOn = () => location.assign(next);
  if (once) return <ShownOnce {...once} onDone={goOn} />;
  return (
    <>
      {way === 'elsewhere' && passkeyOrigin !== null && (
        <Problem kind="info">
          <PasskeyElsewhere origin={passkeyOrigin} path="/second-factor" />
        </Problem>
      )}
      {way === 'passkey' ? <RequiredPasskey onSetUp={goOn} /> : <SecondFactorSetup onSetUp={setCodes} />}
      {passkeyOrigin !== null && (
        <Button
          variant="subtle"
          fullWidth
          mt="sm"
          onClick={() =>
            setWay(way === 'passkey' ? 'codes' : location.origin === passkeyOrigin ? 'passkey' : 'elsewhere')
          }
        >
          {t(way === 'passkey' ? 'codesInstead' : 'instead')}
        </Button>
      )}
    </>
  );
}
