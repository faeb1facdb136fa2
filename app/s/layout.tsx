import type { ReactNode } from 'react';
import { requestLocale, requestPreferences } from '@/app/request';
import { messagesFor } from '@/components/i18n/catalogue';
import { TranslationProvider } from '@/components/i18n/provider';

/** Public pages: language and clock only, so that they open fast on any phone. */
export default async function ShareLayout({ children }: { children: ReactNode }) {
  const [locale, { timeZone }] = await Promise.all([requestLocale(), requestPreferences()]);
  const { outcomes, statusPage, ui } = messagesFor(locale);
  return (
    <TranslationProvider
      locale={locale}
      messages={{ outcomes, statusPage, ui }}
      timeZone={timeZone}
      now={new Date()}
    >
      {children}
    </TranslationProvider>
  );
}
