import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { TOPICS } from '@/domain/view/news';

type Answer = { status: number | null; error: string | null; millis: number };

/** How topics and answers of webhooks are called; a topic that is new on the server does not compile until it has words. */
export function useWebhookWords() {
  const t = useTranslations('settings.webhooks');
  const say = useSay();
  return useMemo(
    () => ({
      topic: (topic: string): string => {
        if (topic === 'several') return t('several');
        const known = TOPICS.find((one) => one === topic);
        return known ? t(`topic.${known}.name`) : topic;
      },
      /** "Answered 204 in 34 ms", or why there was no answer that counts. */
      answer: ({ status, error, millis }: Answer): string =>
        say(error) ??
        (status === null
          ? t('answeredNothing', { millis })
          : t('answered', { status: String(status), millis })),
    }),
    [t, say],
  );
}
