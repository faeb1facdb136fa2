import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { messagesFor } from '@/components/i18n/catalogue';
import { TranslationProvider } from '@/components/i18n/provider';
import { sentencesFor } from '@/components/i18n/server-sentences';
import { Providers } from '@/components/shell/providers';
import { requestLocale, requestPreferences } from './request';

/** What every page of the application needs; public status pages do without, to stay light. */
export async function Frame({ children }: { children: ReactNode }) {
  const [locale, { theme, timeZone }, head] = await Promise.all([
    requestLocale(),
    requestPreferences(),
    headers(),
  ]);
  return (
    <TranslationProvider
      locale={locale}
      messages={messagesFor(locale)}
      sentences={sentencesFor(locale)}
      timeZone={timeZone}
      now={new Date()}
    >
      <Providers nonce={head.get('x-nonce') ?? undefined} theme={theme}>
        {children}
      </Providers>
    </TranslationProvider>
  );
}
