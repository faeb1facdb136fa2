import type { DateTimeFormatOptions } from 'use-intl';

/** A day and a time in a sentence, in the zone that the page uses. */
export const SHORT_MOMENT = {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
} as const satisfies DateTimeFormatOptions;
