'use client';

import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { useFormatter, useLocale, useTimeZone, useTranslations } from 'use-intl';
import { useDatabaseClock, usePlanView } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import type { Break, TimeAxis } from './time-axis';
import { tickStep, ticks, zoneOrigin } from './time-ticks';
import type { TimeView } from './time-view';
import classes from './timeline.module.css';
import { useTimeAxis } from './use-time-view';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TEN_HOURS = 10 * HOUR;
/** Percent of the axis from which what is written has no room to the right. */
const NEAR_END = 85;
const DAY = 24 * HOUR;

/** How moments are written: as the clock showed them, or as time since the plan's start. */
export type ScaleKind = 'since' | 'clock';

/** The scale above the lanes, which also tells how wide they are. */
export function TimelineScale({ view, kind }: { view: TimeView; kind: ScaleKind }) {
  const scale = useRef<HTMLDivElement>(null);
  const axis = useTimeAxis();
  const { startedAt } = usePlanView();
  const t = useTranslations('plan.timeline');
  useWidth(scale, view);
  return (
    <div ref={scale} className={classes.scale} aria-hidden="true">
      {startedAt === null ? (
        <span className={classes.unstarted}>{t('notStarted')}</span>
      ) : (
        <>
          <Ticks axis={axis} kind={kind} startedAt={Date.parse(startedAt)} />
          {axis.breaks.map((rest) => (
            <Rest key={rest.from} rest={rest} />
          ))}
        </>
      )}
    </div>
  );
}

function useWidth(scale: RefObject<HTMLElement | null>, view: TimeView): void {
  useLayoutEffect(() => view.setWidth(scale.current?.clientWidth ?? 0), [scale, view]);
  useEffect(() => {
    const element = scale.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => view.setWidth(element.clientWidth));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [scale, view]);
}

function Ticks({ axis, kind, startedAt }: { axis: TimeAxis; kind: ScaleKind; startedAt: number }): ReactNode {
  const locale = useLocale();
  const format = useFormatter();
  const timeZone = useTimeZone() ?? 'UTC';
  const step = tickStep(axis);
  // Parts of a second, where ticks lie so close that whole ones would be the same.
  const fine = step < SECOND;
  const since = (at: number) => {
    if (at === startedAt) return '0';
    // Two units would be the same for all of them.
    if (step < MINUTE && at - startedAt >= HOUR) return hoursMinutesSeconds(at - startedAt);
    if (!fine) return formatDuration(at - startedAt, locale);
    return format.number((at - startedAt) / SECOND, {
      ...{ style: 'unit', unit: 'second', unitDisplay: 'narrow', maximumFractionDigits: 2 },
    });
  };
  const clock = (at: number) =>
    format.dateTime(at, {
      ...(step >= DAY ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' }),
      ...(step < MINUTE ? { second: '2-digit' } : {}),
      ...(fine ? { fractionalSecondDigits: 2 } : {}),
      hourCycle: 'h23',
    });
  const origin = kind === 'since' ? startedAt : zoneOrigin(axis.from, timeZone);
  return ticks(axis, origin).map(({ at, place }) => (
    <span key={at} className={classes.tick} style={{ left: `${place}%` }}>
      {kind === 'since' ? since(at) : clock(at)}
    </span>
  ));
}

/** "1:05:30". */
function hoursMinutesSeconds(millis: number): string {
  const seconds = Math.round(millis / SECOND);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A break with its length, which goes on while the last one does. */
function Rest({ rest }: { rest: Break }) {
  const t = useTranslations('plan.timeline');
  const locale = useLocale();
  const now = useDatabaseClock();
  const millis = Math.min(rest.to, now) - rest.from;
  const unit = millis < TEN_HOURS ? MINUTE : HOUR;
  const length = formatDuration(Math.max(1, Math.round(millis / unit)) * unit, locale);
  const middle = (rest.left + rest.right) / 2;
  const place = middle > NEAR_END ? { right: `${100 - rest.right}%` } : { left: `${middle}%` };
  return (
    <span className={classes.rest} data-at-end={middle > NEAR_END || undefined} style={place}>
      {t('idle', { length })}
    </span>
  );
}
