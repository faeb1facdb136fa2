'use client';

import { Skeleton } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { ShownOnce } from '@/components/ui/shown-once';
import { useBackupCodes } from './backup-codes';

const SecondFactorSetup = dynamic(
  () => import('./second-factor-setup').then((module) => module.SecondFactorSetup),
  { loading: () => <Skeleton height={160} /> },
);

/** Sets a second factor up before anything else, and goes on to where somebody wanted to. */
export function RequiredSecondFactor({ next }: { next: string }) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const once = useBackupCodes(codes);
  // A full load: the server renders the console for the new session.
  if (once) return <ShownOnce {...once} onDone={() => location.assign(next)} />;
  return <SecondFactorSetup onSetUp={setCodes} />;
}
