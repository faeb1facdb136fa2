type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How long a target asks to be left alone: `Retry-After` in seconds or as a date, counted from the target's own `Date` where
 * it tells that; null when it does not ask.
 */
export function retryAfterMillis(headers: Headers, now: Date | undefined): number | null {
  const asked = one(headers['retry-after'])?.trim() ?? '';
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1000;
  const until = dateOf(asked);
  const from = dateOf(one(headers.date)) ?? now?.getTime();
  return until === null || from === undefined ? null : Math.max(0, until - from);
}

/** A date as HTTP writes it: nothing else that JavaScript would take for one. */
function dateOf(text: string | undefined): number | null {
  if (text === undefined || !/^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)) return null;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? null : millis;
}

const one = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
