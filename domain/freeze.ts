// What the language itself will have: calendars and clocks of time zones, pure.
import { Temporal } from 'temporal-polyfill';

/** Hours that come again: on some days between two wall-clock times. */
interface Hours {
  /** ISO weekdays, Monday is 1. The hours begin on these days. */
  days: number[];
  /** "HH:MM" on the clocks of `timeZone`; an end at or before the start lies on the next day. */
  from: string;
  to: string;
  /** IANA name, like Europe/Berlin. */
  timeZone: string;
  /** It holds at all other times: these hours are those in which something may be done. */
  outside?: boolean | undefined;
}

/**
 * When a freeze holds: once between two moments, in hours of every week, or in hours of some weeks of each month: `weeks` says
 * which of the weekdays of a month are meant, 1 to 5, and -1 for the last. The third Saturday is days [6] and weeks [3].
 */
export type FreezeWindow =
  | { kind: 'once'; from: string; to: string }
  | ({ kind: 'weekly' } & Hours)
  | ({ kind: 'monthly'; weeks: number[] } & Hours);

type Recurring = Exclude<FreezeWindow, { kind: 'once' }>;

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
 * one; of a window that never ends this is a moment more than a week ahead, and of hours that do not come again one a year ahead.
 */
export function heldUntil(window: FreezeWindow, now: Date): Date | null {
  if (window.kind === 'once') {
    const to = new Date(window.to);
    return now >= new Date(window.from) && now < to ? to : null;
  }
  // Clocks, days and offsets change with the minute: within one, the answer is the same.
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  const key = JSON.stringify(window);
  const known = answers.get(key);
  if (known?.minute === minute) return known.until;
  const until = window.outside ? nextOpening(window, now) : joinedEnd(window, now);
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(key, { minute, until });
  return until;
}

const MINUTE_MS = 60_000;
/** Admission asks many times a second, and calendars are slow. */
const answers = new Map<string, { minute: number; until: Date | null }>();
const MOST_ANSWERS = 1000;
/** So far ahead hours that come again are looked for: those of a fifth Monday come every few months. */
const MOST_DAYS = 366;

function joinedEnd(window: Recurring, now: Date): Date | null {
  let until = endOf(window, now);
  for (let joined = 0; until !== null && joined < 7; joined += 1) {
    const next = endOf(window, until);
    if (next === null) break;
    until = next;
  }
  return until;
}

/** The latest end of the hours that hold. A guard holds longer where clocks are set: a start is early, an end late. */
function endOf(window: Recurring, now: Date): Date | null {
  const today = dateOf(window, now);
  // What goes past midnight began yesterday; where clocks skip midnight, one more day may reach over it.
  const ends = [-2, -1, 0, 1].flatMap((away) => {
    const hours = hoursOf(window, today.add({ days: away }), ['earlier', 'later']);
    return hours && now >= hours.from && now < hours.to ? [hours.to] : [];
  });
  return ends.reduce<Date | null>((latest, end) => (latest && latest >= end ? latest : end), null);
}

/** Null within the hours; else when they begin next. Here the hours are what is not guarded: a start is late, an end early. */
function nextOpening(window: Recurring, now: Date): Date | null {
  const today = dateOf(window, now);
  for (let away = -2; away <= MOST_DAYS; away += 1) {
    const hours = hoursOf(window, today.add({ days: away }), ['later', 'earlier']);
    if (!hours || now >= hours.to) continue;
    return now >= hours.from ? null : hours.from;
  }
  return new Date(now.getTime() + MOST_DAYS * 1440 * MINUTE_MS);
}

const dateOf = ({ timeZone }: Recurring, now: Date): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();

type Disambiguation = 'earlier' | 'later';

/** The hours that begin on a date; null when none do, or none are left where clocks were set. */
function hoursOf(
  window: Recurring,
  date: Temporal.PlainDate,
  [start, end]: [Disambiguation, Disambiguation],
): { from: Date; to: Date } | null {
  if (!window.days.includes(date.dayOfWeek) || !isOfItsWeeks(window, date)) return null;
  const last = window.to > window.from ? date : date.add({ days: 1 });
  const from = moment(date, window.from, window.timeZone, start);
  const to = moment(last, window.to, window.timeZone, end);
  return from < to ? { from, to } : null;
}

function isOfItsWeeks(window: Recurring, { day, daysInMonth }: Temporal.PlainDate): boolean {
  if (window.kind === 'weekly') return true;
  return window.weeks.some((week) =>
    week === LAST_WEEK ? day > daysInMonth - 7 : Math.ceil(day / 7) === week,
  );
}

/** Of `weeks`: the last of that weekday in the month, the fourth or the fifth. */
export const LAST_WEEK = -1;

/**
 * The moment a clock on the wall shows this. Where it shows it twice, or never, the guard holds longer, never shorter: a
 * start is the earlier moment, an end the later (the disambiguation of TC39 Temporal, which counts a time in the skipped
 * hour by the offset after it, or before it).
 */
function moment(
  date: Temporal.PlainDate,
  time: string,
  timeZone: string,
  disambiguation: Disambiguation,
): Date {
  const shown = date.toPlainDateTime(Temporal.PlainTime.from(time));
  return new Date(shown.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds);
}
