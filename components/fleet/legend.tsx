'use client';

import { useComputedColorScheme } from '@mantine/core';
import { useLayoutEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import classes from './fleet.module.css';
import type { CellLook, Kind } from './fleet-looks';
import { paintCell, readPaints } from './paint-map';

/** What the cells mean and how many there are of each; pressing one shows only those. */
export function Legend(props: {
  kinds: readonly Kind[];
  frozen: number;
  shown: ReadonlySet<string>;
  onShow: (shown: ReadonlySet<string>) => void;
}) {
  const { kinds, shown, onShow } = props;
  const t = useTranslations('fleet');
  const nameOf = ({ state, version }: Kind) => {
    if (state !== 'settled') return t(`state.${state}`);
    return version === null ? t('older') : t('version', { version });
  };
  function toggle(key: string) {
    const next = new Set(shown);
    if (!next.delete(key)) next.add(key);
    onShow(next);
  }
  return (
    <section className={classes.legend} aria-label={t('legend')}>
      {kinds.map((kind) => (
        <button
          key={kind.key}
          type="button"
          className={classes.kind}
          aria-pressed={shown.has(kind.key)}
          onClick={() => toggle(kind.key)}
        >
          <Sample look={kind.look} />
          {nameOf(kind)} <span data-numbers>{kind.count.toLocaleString()}</span>
        </button>
      ))}
      {props.frozen > 0 && (
        <span className={classes.kind} data-still>
          <span className={classes.lid} />
          {t('frozen')} <span data-numbers>{props.frozen.toLocaleString()}</span>
        </span>
      )}
      {shown.size > 0 && (
        <button type="button" className={classes.kind} onClick={() => onShow(new Set())}>
          {t('showAll')}
        </button>
      )}
    </section>
  );
}

const SIDE = 14;

/** A cell as it is on the map. */
function Sample({ look }: { look: CellLook }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  // biome-ignore lint/correctness/useExhaustiveDependencies: its colours are those of the scheme.
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !canvas.current) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.current.width = SIDE * ratio;
    canvas.current.height = SIDE * ratio;
    paintCell(context, SIDE * ratio, look, readPaints());
  }, [look, scheme]);
  return (
    <span className={classes.sample} aria-hidden="true">
      <canvas ref={canvas} className={classes.canvas} />
    </span>
  );
}
