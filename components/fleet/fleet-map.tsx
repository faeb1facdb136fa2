'use client';

import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useViewportSize } from '@mantine/hooks';
import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import type { FleetTenant } from '@/domain/view/fleet-view';
import classes from './fleet.module.css';
import type { FleetGroup } from './fleet-groups';
import { type CellAt, cellAt, cellsIn, cornerOf, HEADING, isArrow, layoutMap, step } from './map-layout';
import { MapTooltip } from './map-tooltip';
import { gapOf, type PaintedCell, paintMap } from './paint-map';

/** Above the map stand a heading and a line of controls; it is never lower than this. */
const AROUND_MAP = 250;
const LEAST_HEIGHT = 320;
/** A press that moves less than this is a click. */
const DRAG_FROM = 4;

type Area = { left: number; top: number; right: number; bottom: number };

/** Every tenant as a cell: hover tells, a click opens, a drag selects. One stop for the keyboard, with a cursor of its own. */
export function FleetMap(props: {
  tenants: readonly FleetTenant[];
  groups: readonly FleetGroup[];
  cellOf: (index: number) => PaintedCell;
  chosen: ReadonlySet<number>;
  onChoose: (chosen: ReadonlySet<number>) => void;
  onOpen: (tenant: FleetTenant) => void;
}) {
  const { tenants, groups, cellOf, chosen, onChoose, onOpen } = props;
  const t = useTranslations('fleet.map');
  const howId = useId();
  const { ref: frame, width } = useElementSize();
  const { height: viewport } = useViewportSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  const [hovered, setHovered] = useState<CellAt | null>(null);
  const [cursor, setCursor] = useState<CellAt | null>(null);
  const [focused, setFocused] = useState(false);
  const [area, setArea] = useState<Area | null>(null);
  const layout = useMemo(
    () => layoutMap(groups, Math.max(width, 1), Math.max(LEAST_HEIGHT, viewport - AROUND_MAP)),
    [groups, width, viewport],
  );
  const told = hovered ?? (focused ? cursor : null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: its colours are those of the scheme.
  useLayoutEffect(() => {
    if (canvas.current && width > 0) paintMap(canvas.current, layout, width, cellOf);
  }, [layout, width, cellOf, scheme]);

  // A list that was read again may be shorter.
  useEffect(() => {
    if (cursor && !layout.blocks[cursor.block]?.members[cursor.place]) setCursor(null);
  }, [layout, cursor]);

  const indexAt = (at: CellAt | null) => (at ? layout.blocks[at.block]?.members[at.place] : undefined);
  const tenantAt = (at: CellAt | null) => tenants[indexAt(at) ?? -1];
  const pointOf = ({ currentTarget, clientX, clientY }: PointerEvent) => {
    const box = currentTarget.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  };
  const begun = useRef<{ x: number; y: number } | null>(null);

  function toggle(index: number | undefined) {
    if (index === undefined) return;
    const next = new Set(chosen);
    if (!next.delete(index)) next.add(index);
    onChoose(next);
  }

  function move(event: PointerEvent) {
    const { x, y } = pointOf(event);
    const from = begun.current;
    if (from && (area || Math.abs(x - from.x) + Math.abs(y - from.y) > DRAG_FROM)) {
      setHovered(null);
      setArea({
        left: Math.min(from.x, x),
        right: Math.max(from.x, x),
        top: Math.min(from.y, y),
        bottom: Math.max(from.y, y),
      });
      return;
    }
    const at = cellAt(layout, x, y);
    if (at?.block !== hovered?.block || at?.place !== hovered?.place) setHovered(at);
  }

  function release(event: PointerEvent) {
    const { x, y } = pointOf(event);
    const at = cellAt(layout, x, y);
    if (area) {
      const added = cellsIn(layout, area);
      onChoose(new Set(event.shiftKey ? [...chosen, ...added] : added));
    } else if (at && (event.shiftKey || event.ctrlKey || event.metaKey)) toggle(indexAt(at));
    else if (at) {
      const tenant = tenantAt(at);
      // A finger cannot hover: its first touch tells, its second one opens.
      const known =
        event.pointerType === 'mouse' || (at.block === cursor?.block && at.place === cursor.place);
      setCursor(at);
      if (tenant && known) onOpen(tenant);
    }
    begun.current = null;
    setArea(null);
  }

  function press(event: KeyboardEvent) {
    const { key } = event;
    const start: CellAt = cursor ?? { block: 0, place: 0 };
    if (isArrow(key)) setCursor(cursor ? step(layout, start, key) : start);
    else if (key === 'Enter') {
      const tenant = tenantAt(cursor);
      if (tenant) onOpen(tenant);
    } else if (key === ' ') toggle(indexAt(cursor));
    else if (key === 'Escape' && chosen.size > 0) onChoose(new Set());
    else return;
    event.preventDefault();
  }

  const marked = told ?? cursor;
  const block = marked && layout.blocks[marked.block];
  const corner = block && marked && cornerOf(block, marked.place, layout.size);
  const cell = layout.size - gapOf(layout.size);
  return (
    <div ref={frame} className={classes.map} style={{ height: layout.height }}>
      {layout.blocks.map(({ name, left, top, width: wide, members }) => (
        <button
          key={`${name} ${left} ${top}`}
          type="button"
          className={classes.heading}
          style={{ left, top, width: wide, height: HEADING }}
          onClick={() => onChoose(new Set(members))}
        >
          <span className={classes.unseen}>{t('select')} </span>
          <span className={classes.headingName}>{name}</span>{' '}
          <span className={classes.headingCount}>{members.length.toLocaleString()}</span>
        </button>
      ))}
      <div
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it has a cursor of its own, moved by the arrow keys.
        tabIndex={0}
        className={classes.cells}
        style={{ height: layout.height }}
        aria-label={t('label', { count: tenants.length })}
        aria-describedby={howId}
        onKeyDown={press}
        onFocus={(event) => {
          if (!event.currentTarget.matches(':focus-visible')) return;
          setFocused(true);
          setCursor((before) => before ?? { block: 0, place: 0 });
        }}
        onBlur={() => setFocused(false)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          // A finger scrolls.
          if (event.pointerType === 'mouse') begun.current = pointOf(event);
          if (event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={() => {
          begun.current = null;
          setArea(null);
        }}
        onPointerLeave={() => setHovered(null)}
      >
        <span aria-hidden="true">
          <canvas ref={canvas} className={classes.canvas} />
        </span>
        {corner && (told || !hovered) && (
          <span
            className={classes.cursor}
            data-cursor={focused || undefined}
            style={{ width: cell, height: cell, transform: `translate(${corner.x}px, ${corner.y}px)` }}
          />
        )}
        {area && (
          <span
            className={classes.area}
            style={{
              width: area.right - area.left,
              height: area.bottom - area.top,
              transform: `translate(${area.left}px, ${area.top}px)`,
            }}
          />
        )}
      </div>
      <MapTooltip
        tenant={tenantAt(marked) ?? null}
        shown={told !== null || cursor !== null}
        x={(corner?.x ?? 0) + layout.size / 2}
        y={corner?.y ?? 0}
        size={layout.size}
        width={width}
        announces={focused && hovered === null}
      />
      <span id={howId} hidden>
        {t('how')}
      </span>
    </div>
  );
}
