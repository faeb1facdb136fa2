'use client';

import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { useClock } from './clock';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 min ago", kept up to date; hovering shows the exact time in the zone the page uses. */
export function RelativeTime({ at, absolute = false }: { at: Date | number | string; absolute?: boolean }) {
  const now = useClock();
  const locale = useLocale();
  const format = useFormatter();
  const t = useTranslations('ui.time');
  const date = new Date(at);
  const exact = format.dateTime(date, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  return (
    <time dateTime={date.toISOString()} title={exact}>
      {absolute ? exact : (ago(date.getTime() - now, locale) ?? t('now'))}
    </time>
  );
}

/** Null for the last moments, which are "now" in words. */
function ago(millis: number, locale: string): string | null {
  const seconds = Math.round(millis / 1000);
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (!step || Math.abs(seconds) < 5) return null;
  const [unit, size] = step;
  return new Intl.RelativeTimeFormat(locale, { style: 'short' }).format(Math.trunc(seconds / size), unit);
}
