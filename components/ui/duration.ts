import type { Locale } from '@/components/i18n/locale';

const UNITS: Record<Locale, { ms: string; s: string; min: string; h: string; d: string }> = {
  en: { ms: ' ms', s: ' s', min: ' min', h: ' h', d: ' d' },
  'zh-CN': { ms: ' 毫秒', s: ' 秒', min: ' 分', h: ' 小时', d: ' 天' },
};

/** A length of time in at most two units: 840 ms, 12 s, 3 min 05 s, 2 h 04 min, 3 d 2 h. */
export function formatDuration(millis: number, locale: Locale): string {
  const unit = UNITS[locale];
  const positive = Math.max(0, millis);
  if (positive < 1000) return `${Math.round(positive)}${unit.ms}`;
  const seconds = Math.round(positive / 1000);
  if (seconds < 60) return `${seconds}${unit.s}`;
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3600) return join(Math.floor(seconds / 60), unit.min, two(seconds % 60), unit.s);
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return join(Math.floor(minutes / 60), unit.h, two(minutes % 60), unit.min);
  const hours = Math.round(minutes / 60);
  return join(Math.floor(hours / 24), unit.d, String(hours % 24), unit.h);
}

/** An estimate: in whole seconds, since nobody can tell less of what is to come. */
export const formatEstimate = (millis: number, locale: Locale): string =>
  formatDuration(Math.max(1000, millis), locale);

/** An estimate as a range in one unit, "18–24 min"; both ends rounded away from false precision. */
export function formatDurationRange(fromMillis: number, toMillis: number, locale: Locale): string {
  const unit = UNITS[locale];
  const [size, name] =
    toMillis < 90_000
      ? [1000, unit.s]
      : toMillis < 5_400_000
        ? [60_000, unit.min]
        : ([3_600_000, unit.h] as const);
  const low = Math.floor(Math.max(0, fromMillis) / size);
  const high = Math.max(1, Math.ceil(toMillis / size));
  return low === high ? `${high}${name}` : `${low}–${high}${name}`;
}

function join(high: number, highUnit: string, low: string, lowUnit: string): string {
  return Number(low) === 0 ? `${high}${highUnit}` : `${high}${highUnit} ${low}${lowUnit}`;
}
