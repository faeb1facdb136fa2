/** When a freeze holds: once between two moments, or every week on some days between two wall-clock times. */
export type FreezeWindow =
  | { kind: 'once'; from: string; to: string }
  | {
      kind: 'weekly';
      /** ISO weekdays, Monday is 1. The window begins on these days. */
      days: number[];
      /** "HH:MM" on the clocks of `timeZone`; an end at or before the start lies on the next day. */
      from: string;
      to: string;
      /** IANA name, like Europe/Berlin. */
      timeZone: string;
    };

/** Whom a freeze is for: one tenant, those with all the labels, or everyone. */
export interface FreezeScope {
  tenantId: string | null;
  labels: Readonly<Record<string, string>> | null;
}

export interface Freeze extends FreezeScope {
  freezeId: string;
  name: string;
  window: FreezeWindow;
}

/** A freeze that holds now, and until when. */
export interface ActiveFreeze extends FreezeScope {
  name: string;
  until: Date;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The freezes that hold at `now`. */
export function activeFreezes(freezes: readonly Freeze[], now: Date): ActiveFreeze[] {
  return freezes.flatMap(({ name, tenantId, labels, window }) => {
    const until = heldUntil(window, now);
    return until ? [{ name, tenantId, labels, until }] : [];
  });
}

/** The freeze that holds a tenant longest, or null when none does. */
export function frozenBy(
  freezes: readonly ActiveFreeze[],
  tenantId: string,
  labels: Readonly<Record<string, string>>,
): ActiveFreeze | null {
  const holding = freezes.filter((freeze) => concerns(freeze, tenantId, labels));
  return holding.reduce<ActiveFreeze | null>(
    (longest, freeze) => (longest && longest.until >= freeze.until ? longest : freeze),
    null,
  );
}

function concerns(scope: FreezeScope, tenantId: string, labels: Readonly<Record<string, string>>): boolean {
  if (scope.tenantId !== null) return scope.tenantId === tenantId;
  return Object.entries(scope.labels ?? {}).every(([key, value]) => labels[key] === value);
}

/**
 * When the window that holds at `now` ends; null when none holds. Windows that touch, like the two days of a weekend, are
 * one; of a window that never ends this is a moment more than a week ahead.
 */
export function heldUntil(window: FreezeWindow, now: Date): Date | null {
  let until = endOf(window, now);
  for (let joined = 0; until !== null && joined < 7; joined += 1) {
    const next = endOf(window, until);
    if (next === null) break;
    until = next;
  }
  return until;
}

function endOf(window: FreezeWindow, now: Date): Date | null {
  if (window.kind === 'once') {
    const to = new Date(window.to);
    return now >= new Date(window.from) && now < to ? to : null;
  }
  const { timeZone, days } = window;
  const today = dateIn(timeZone, now);
  // A window that goes past midnight began yesterday.
  for (const date of [today, addDays(today, -1)]) {
    if (!days.includes(isoWeekday(date))) continue;
    const from = instant(date, window.from, timeZone);
    const to = instant(window.to > window.from ? date : addDays(date, 1), window.to, timeZone);
    if (now >= from && now < to) return to;
  }
  return null;
}

interface CalendarDate {
  year: number;
  month: number;
  day: number;
}

const addDays = ({ year, month, day }: CalendarDate, days: number): CalendarDate => {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

const isoWeekday = ({ year, month, day }: CalendarDate): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;

function wallClock(timeZone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function dateIn(timeZone: string, at: Date): CalendarDate {
  const clock = new Date(wallClock(timeZone, at));
  return { year: clock.getUTCFullYear(), month: clock.getUTCMonth() + 1, day: clock.getUTCDate() };
}

/** The moment a clock on the wall shows this; in the hour that a time zone skips, the moment after it. */
function instant({ year, month, day }: CalendarDate, time: string, timeZone: string): Date {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  // The offset at the guess may differ from the one at the result, so a day around it is asked as well.
  const offsets = [wanted - DAY_MS, wanted + DAY_MS].map((at) => wallClock(timeZone, new Date(at)) - at);
  const candidates = offsets.map((offset) => wanted - offset);
  const exact = candidates.find((at) => wallClock(timeZone, new Date(at)) === wanted);
  return new Date(exact ?? Math.max(...candidates));
}
