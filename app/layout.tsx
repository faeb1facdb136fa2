import '@fontsource-variable/inter/opsz.css';
import './globals.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { GROUND, tokenSheet } from '@/components/ui/tones';
import { requestLocale, requestPreferences, requestTranslator } from './request';

export async function generateMetadata() {
  const t = await requestTranslator();
  return {
    title: { default: 'Switchyard', template: '%s · Switchyard' },
    description: t('shell.about'),
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: GROUND.light.surface },
    { media: '(prefers-color-scheme: dark)', color: GROUND.dark.surface },
  ],
};

/** Only what the lightest page needs: language, colours and letters. The rest is in the frame. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, { theme }, head] = await Promise.all([requestLocale(), requestPreferences(), headers()]);
  const nonce = head.get('x-nonce') ?? undefined;
  return (
    <html lang={locale} {...mantineHtmlProps} data-mantine-color-scheme={theme === 'dark' ? 'dark' : 'light'}>
      <head>
        {/* Decides "system" before the first paint; a chosen theme is in the markup already. */}
        <ColorSchemeScript nonce={nonce} defaultColorScheme={theme} localStorageKey="switchyard-theme" />
        <style nonce={nonce}>{tokenSheet()}</style>
      </head>
      <body>{children}</body>
    </html>
  );
}
