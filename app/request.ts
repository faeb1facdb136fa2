import 'server-only';
import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import { createTranslator, type MessageKeys, type NestedKeyOf } from 'use-intl';
import { type Messages, messagesFor } from '@/components/i18n/catalogue';
import { LOCALE_COOKIE, pickLocale } from '@/components/i18n/locale';
import { readPreferences } from '@/components/session/preferences';
import { getRuntime } from '@/server/runtime';

/** The language of this request. */
export const requestLocale = cache(async () => {
  const [jar, head] = [await cookies(), await headers()];
  return pickLocale(jar.get(LOCALE_COOKIE)?.value, head.get('accept-language'));
});

/** Theme and time zone of this request. */
export const requestPreferences = cache(async () => {
  const jar = await cookies();
  return readPreferences((name) => jar.get(name)?.value);
});

/** Translates on the server, for titles and pages without client parts. */
export const requestTranslator = cache(async () => {
  const locale = await requestLocale();
  return createTranslator({ locale, messages: messagesFor(locale) });
});

/** What may be the title of a page. */
type Title = Extract<
  MessageKeys<Messages, NestedKeyOf<Messages>>,
  `auth.${string}.title` | `shell.nav.${string}` | `shell.pages.${string}` | `settings.tabs.${string}`
>;

/** `generateMetadata` of a page: its title, from the catalogue. */
export const titled = (title: Title) => async () => {
  const t = await requestTranslator();
  return { title: t(title) };
};

/** The one value of a parameter of the address, or '' where there is none or more than one. */
export async function paramOf(
  params: Promise<Record<string, string | string[] | undefined>>,
  name: string,
): Promise<string> {
  const value = (await params)[name];
  return typeof value === 'string' ? value : '';
}

/** Who asks for this page; read once per request, from the database. */
export const requestPrincipal = cache(async () => getRuntime().authenticate(new Headers(await headers())));

/** The same, also for who has yet to set up the second factor that is required of them: nothing else is open to them. */
export const requestEnrolling = cache(async () =>
  getRuntime().authenticate(new Headers(await headers()), { enrolling: true }),
);
