import { LOCALE_COOKIE, type Locale } from '@/components/i18n/locale';
import { isTimeZone } from '@/domain/time-zone';

/** What a person chose for themselves; kept in cookies, so that the server renders it right the first time. */
export type Preferences = { theme: Theme; zone: Zone };

export const THEMES = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof THEMES)[number];

export const ZONES = ['local', 'utc'] as const;
export type Zone = (typeof ZONES)[number];

const THEME_COOKIE = 'theme';
const ZONE_COOKIE = 'zone';
const LOCAL_ZONE_COOKIE = 'local_zone';
const YEAR_SECONDS = 365 * 24 * 3600;

/** Reads the preferences out of a cookie getter; anything unknown counts as not chosen. */
export function readPreferences(
  cookie: (name: string) => string | undefined,
): Preferences & { timeZone: string } {
  const theme = THEMES.find((known) => known === cookie(THEME_COOKIE)) ?? 'auto';
  const zone = ZONES.find((known) => known === cookie(ZONE_COOKIE)) ?? 'local';
  const local = cookie(LOCAL_ZONE_COOKIE);
  // Before the browser has told its zone once, UTC is the only one both sides agree on.
  const timeZone = zone === 'local' && local && isTimeZone(local) ? local : 'UTC';
  return { theme, zone, timeZone };
}

export const rememberTheme = (theme: Theme) => writeCookie(THEME_COOKIE, theme);
export const rememberZone = (zone: Zone) => writeCookie(ZONE_COOKIE, zone);
export const rememberLocale = (locale: Locale) => writeCookie(LOCALE_COOKIE, locale);
export const rememberLocalZone = (zone: string) => writeCookie(LOCAL_ZONE_COOKIE, zone);

/** The theme as the browser last stored it. */
export function storedTheme(): Theme {
  const found = readCookie(THEME_COOKIE);
  return THEMES.find((known) => known === found) ?? 'auto';
}

/** What this browser keeps under a name. */
export function readCookie(name: string): string | undefined {
  const begin = `${name}=`;
  return document.cookie
    .split('; ')
    .find((cookie) => cookie.startsWith(begin))
    ?.slice(begin.length);
}

export const writeCookie = (name: string, value: string): void => keep(name, value, YEAR_SECONDS);

export const forgetCookie = (name: string): void => keep(name, '', 0);

function keep(name: string, value: string, seconds: number): void {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${seconds}; samesite=lax${secure}`;
}
