'use client';

import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import type { Messages } from './catalogue';
import type { Locale } from './locale';
import { SentencesProvider } from './said';
import type { Sentences } from './server-sentences';

/** Gives client components the language, the zone times are shown in, and the server's clock to start from. */
export function TranslationProvider(props: {
  locale: Locale;
  /** All of them, or the areas a light page uses. */
  messages: Partial<Messages>;
  /** For what the server says in English, where that is shown. */
  sentences?: Sentences | undefined;
  timeZone: string;
  now: Date;
  children: ReactNode;
}) {
  return (
    <IntlProvider
      locale={props.locale}
      messages={props.messages as Messages}
      timeZone={props.timeZone}
      now={props.now}
    >
      <SentencesProvider sentences={props.sentences}>{props.children}</SentencesProvider>
    </IntlProvider>
  );
}
