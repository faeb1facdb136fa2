// What the language itself will have: calendars and clocks of time zones, pure.
import { Temporal } from 'temporal-polyfill';

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
  if (window.kind === 'once') return endOf(window, now);
  // Clocks, days and offsets change with the minute: within one, the answer is the same.
  const minute = Math.floor(now.getTime() / MINUTE_MS);
  const key = `${window.days.join()} ${window.from} ${window.to} ${window.timeZone}`;
  const known = answers.get(key);
  if (known?.minute === minute) return known.until;
  const until = joinedEnd(window, now);
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(key, { minute, until });
  return until;
}

const MINUTE_MS = 60_000;
/** Admission asks many times a second, and calendars are slow. */
const answers = new Map<string, { minute: number; until: Date | null }>();
const MOST_ANSWERS = 1000;

function joinedEnd(window: FreezeWindow, now: Date): Date | null {
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
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  // A window that goes past midnight began yesterday; where clocks skip midnight, one more day may reach over it.
  const ends = [-2, -1, 0, 1].flatMap((away) => {
    const date = today.add({ days: away });
    if (!days.includes(date.dayOfWeek)) return [];
    const last = window.to > window.from ? date : date.add({ days: 1 });
    const from = moment(date, window.from, timeZone, 'earlier');
    const to = moment(last, window.to, timeZone, 'later');
    return now >= from && now < to ? [to] : [];
  });
  return ends.reduce<Date | null>((latest, end) => (latest && latest >= end ? latest : end), null);
}

/**
 * The moment a clock on the wall shows this. Where it shows it twice, or never, the guard holds longer, never shorter: a
 * start is the earlier moment, an end the later (the disambiguation of TC39 Temporal, which counts a time in the skipped
 * hour by the offset after it, or before it).
 */
function moment(
  date: Temporal.PlainDate,
  time: string,
  timeZone: string,
  disambiguation: 'earlier' | 'later',
): Date {
  const shown = date.toPlainDateTime(Temporal.PlainTime.from(time));
  return new Date(shown.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds);
}
