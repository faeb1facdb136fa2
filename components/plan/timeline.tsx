'use client';

import { Paper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import {
  memo,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useTranslations } from 'use-intl';
import type { LaneHeights, LaneOrder } from '@/components/live/lane-order';
import { useDatabaseClock, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { nothing } from '@/components/ui/nothing';
import { breakLayers } from './break-layers';
import { Lane } from './lane';
import { growOpen } from './lane-bar';
import { LaneFocus } from './lane-focus';
import { type LaneViewport, NOTHING } from './lane-viewport';
import { nameWidth } from './name-width';
import { OverviewStrip } from './overview-strip';
import type { PlacedRow } from './row-window';
import { useAnyChosen } from './selection';
import type { TimeView } from './time-view';
import classes from './timeline.module.css';
import { TimelineHead } from './timeline-head';
import type { ScaleKind } from './timeline-scale';
import { useFirstTouch } from './use-first-touch';
import { useLaneViewport } from './use-lane-viewport';
import { useOneTabStop } from './use-one-tab-stop';
import type { OpenedTask } from './use-opened-task';
import { lookAt, TimeViewProvider, useTimeCommands, useTimeView } from './use-time-view';

// Few group their lanes.
const LaneGroup = dynamic(() => import('./lane-group').then((module) => module.LaneGroup), {
  loading: nothing,
});
// What hears keys and pointer is fetched with the first of them.
const TimelineInput = dynamic(() => import('./timeline-input').then((module) => module.TimelineInput), {
  loading: nothing,
});

const ROWS: LaneHeights = { lane: 47, notes: [20, 24, 0], section: 40 };
const CARDS: LaneHeights = { lane: 126, notes: [44, 44, 44], section: 52 };
/** Names that are wider, in pixels, get a second line on a card. */
const LONG_NAME = 300;
const LONG_CARDS: LaneHeights = { ...CARDS, lane: CARDS.lane + 19 };

const SCALES = ['since', 'clock'] as const satisfies ScaleKind[];

/** One lane for each task shown; only those near the viewport exist. */
export function Timeline({ order, opened }: { order: LaneOrder; opened: OpenedTask }) {
  const store = usePlanStore();
  const view = useTimeView();
  const names = useMemo(() => nameWidth(store.tasks()), [store]);
  return (
    <TimeViewProvider view={view}>
      <Paper
        withBorder
        className={classes.timeline}
        style={{ '--names': `${names}px` }}
        data-long={names > LONG_NAME || undefined}
        onPointerEnter={(event) => {
          if (event.pointerType === 'mouse') order.hold();
        }}
        onPointerLeave={() => store.letGo()}
      >
        <Lanes order={order} view={view} opened={opened} cards={names > LONG_NAME ? LONG_CARDS : CARDS} />
      </Paper>
    </TimeViewProvider>
  );
}

function Lanes(props: { order: LaneOrder; view: TimeView; opened: OpenedTask; cards: LaneHeights }) {
  const { order, view, opened, cards } = props;
  const t = useTranslations('plan.timeline');
  const card = useMediaQuery('(max-width: 767.98px)') ?? false;
  const frame = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [focus] = useState(() => new LaneFocus());
  const viewport = useLaneViewport(frame, head, order, card ? cards : ROWS, focus);
  const length = useSyncExternalStore(viewport.subscribe, viewport.length, () => 0);
  const commands = useTimeCommands();
  const [kind, setKind] = useQueryState('scale', parseAsStringLiteral(SCALES).withDefault('since'));
  const toggleKind = useCallback(() => void setKind(kind === 'since' ? 'clock' : 'since'), [kind, setKind]);
  const touch = useFirstTouch(frame);
  const chosen = useAnyChosen();
  return (
    <>
      {length > 0 && (
        <div ref={head} className={classes.head} data-below={chosen || undefined}>
          {length > 1 && !order.isGrouped && <OverviewStrip order={order} scroll={viewport} />}
          <TimelineHead view={view} commands={commands} kind={kind} onKind={toggleKind} />
        </div>
      )}
      <div ref={frame}>
        {length === 0 ? (
          <Text p="lg" c="dimmed">
            {t('none')}
          </Text>
        ) : (
          <LaneList list={list} viewport={viewport} order={order} card={card} />
        )}
      </div>
      {length > 0 && <Upkeep list={list} view={view} focus={focus} viewport={viewport} />}
      {length > 0 && touch && (
        <TimelineInput
          {...{ list, order, scroll: viewport, focus, view, commands, toggleKind, opened }}
          early={touch}
        />
      )}
    </>
  );
}

/** The rows that exist. */
function LaneList(props: {
  list: RefObject<HTMLDivElement | null>;
  viewport: LaneViewport;
  order: LaneOrder;
  card: boolean;
}) {
  const { list, viewport, order, card } = props;
  const t = useTranslations('plan.timeline');
  const { rows, height, length } = useSyncExternalStore(viewport.subscribe, viewport.window, () => NOTHING);
  const grid = card
    ? { role: 'feed', 'aria-label': t('cards') }
    : { role: 'treegrid', 'aria-label': t('rows'), 'aria-rowcount': length };
  return (
    <div ref={list} {...grid} className={classes.list} style={{ height }}>
      {rows.map(({ slot, ...row }) => (
        <Slot key={slot} {...row} length={length} order={order} card={card} />
      ))}
    </div>
  );
}

/** Lets the time go on, once a second, and keeps the one tab stop: without rendering a lane that lies where it did. */
function Upkeep(props: {
  list: RefObject<HTMLElement | null>;
  view: TimeView;
  focus: LaneFocus;
  viewport: LaneViewport;
}) {
  const { list, view, focus, viewport } = props;
  const first = useSyncExternalStore(viewport.subscribe, viewport.first, () => undefined);
  const store = usePlanStore();
  const plan = usePlanView();
  const now = useDatabaseClock();
  useOneTabStop(list, focus, first);
  useLayoutEffect(() => {
    if (plan === store.plan()) lookAt(view, store, now);
    if (list.current) growOpen(list.current, view.axis(), now);
  }, [list, view, store, plan, now]);
  useLayoutEffect(() => {
    const show = () => {
      list.current?.style.setProperty('--breaks', breakLayers(view.axis()));
      list.current?.toggleAttribute('data-zoomed', view.isZoomed());
    };
    show();
    return view.subscribe(show);
  }, [list, view]);
  return null;
}

interface SlotProps extends Omit<PlacedRow, 'slot'> {
  length: number;
  order: LaneOrder;
  card: boolean;
}

/** A row that exists, for one task after the other. */
const Slot = memo(function Slot({ id, isLane, row: index, top, height, length, order, card }: SlotProps) {
  const row = useRef<HTMLDivElement>(null);
  const shown = useRef(id);
  useLayoutEffect(() => {
    if (shown.current === id) return;
    shown.current = id;
    // A button that had the focus belongs to another tenant now.
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && row.current?.contains(activeElement)) activeElement.blur();
  }, [id]);
  return (
    <div
      ref={row}
      role="presentation"
      className={classes.place}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      {isLane ? (
        <Lane taskId={id} card={card} rowIndex={index + 1} length={length} order={order} />
      ) : (
        <LaneGroup id={id} card={card} rowIndex={index + 1} order={order} />
      )}
    </div>
  );
});
