'use client';

import { Skeleton, Stack } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { errorText } from '@/components/api/client';
import { useSay } from '@/components/i18n/said';
import { Problem } from '@/components/ui/problem';
import type { Outputs } from '@/server/api/router';
import { useWebhookWords } from './webhook-words';

/** A test that was sent, and what came of it. */
export type Test =
  | { kind: 'pending' }
  | { kind: 'answered'; answer: Outputs['notifications']['test'] }
  | { kind: 'failed'; error: unknown };

/** What is to be known of a webhook besides its row: that nothing arrives there, and what came of a test. */
export function WebhookState({ warning, test }: { warning: string | null; test: Test | undefined }) {
  const t = useTranslations('settings.webhooks');
  const words = useWebhookWords();
  const say = useSay();
  return (
    <Stack gap="xs" pb={8}>
      {warning && (
        <Problem kind="warning" title={t('unreachable')}>
          {say(warning)}
        </Problem>
      )}
      {test?.kind === 'pending' && <Skeleton height={60} />}
      {test?.kind === 'failed' && <Problem title={t('notTested')}>{errorText(test.error)}</Problem>}
      {test?.kind === 'answered' && (
        <Problem
          kind={test.answer.ok ? 'info' : 'error'}
          title={t(test.answer.ok ? 'arrived' : 'notArrived')}
        >
          {words.answer(test.answer)}
        </Problem>
      )}
    </Stack>
  );
}
