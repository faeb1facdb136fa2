'use client';

import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { errorText, useTRPC } from '@/components/api/client';
import { Dialog } from '@/components/ui/dialog';
import { Problem } from '@/components/ui/problem';

/** Reads the whole log and says whether it is as it was written. */
export function ChainCheck({ onClose }: { onClose: () => void }) {
  const t = useTranslations('audit.chain');
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.audit.verify.queryOptions({}, { staleTime: 0, gcTime: 0 }));
  const broken = (data?.wrong.length ?? 0) + (data?.summaries.wrong.length ?? 0) > 0;
  return (
    <Dialog title={t('title')} onClose={onClose}>
      <Stack gap="sm" aria-live="polite">
        {error && <Problem title={t('unread')}>{errorText(error)}</Problem>}
        {!data && !error && <Text>{t('reading')}</Text>}
        {data && !broken && <Text fw={600}>{t('sound', { entries: data.entries })}</Text>}
        {data && broken && (
          <Problem title={t('broken')}>
            <ul>
              {data.wrong.map(({ chain, id, what, missing }) => (
                <li key={chain}>{t(what, { id, missing })}</li>
              ))}
              {data.summaries.wrong.map(({ day, what }) => (
                <li key={`${day} ${what}`}>{t(`day.${what}`, { day })}</li>
              ))}
            </ul>
          </Problem>
        )}
        {data?.summaries.through && (
          <Text size="sm">
            {t('summaries', {
              day: data.summaries.through.day,
              days: data.summaries.days,
              entries: data.summaries.entries,
            })}
          </Text>
        )}
        {data && data.unchained > 0 && <Text size="sm">{t('unchained', { entries: data.unchained })}</Text>}
        {data?.last && (
          <Text size="sm" c="dimmed">
            {t('keep')}{' '}
            <code style={{ overflowWrap: 'anywhere' }}>
              {data.last.chain}:{data.last.hash}
            </code>
          </Text>
        )}
      </Stack>
    </Dialog>
  );
}
