'use client';

import { Button, CopyButton, SegmentedControl } from '@mantine/core';
import { Link2, Pause, Play } from 'lucide-react';
import { useFormatter, useTranslations } from 'use-intl';
import type { Replay } from '@/domain/view/replay';
import classes from './replay-bar.module.css';
import { type Player, SPEEDS, type Speed } from './use-player';

/** Which moment is looked at, and the way to others: stays in view above the plan. */
export function ReplayBar(props: {
  replay: Replay;
  player: Player;
  leave: () => void;
  /** Told of the moment that was chosen. */
  settle: (seq: number) => void;
}) {
  const { replay, player, leave, settle } = props;
  const t = useTranslations('plan.replay');
  const format = useFormatter();
  const { seq, playing, speed } = player;
  const moment = format.dateTime(replay.timeOf(seq), {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <section className={classes.bar} aria-label={t('label')}>
      <Button
        size="compact-md"
        onClick={playing ? player.pause : player.play}
        leftSection={playing ? <Pause size={15} aria-hidden="true" /> : <Play size={15} aria-hidden="true" />}
      >
        {t(playing ? 'pause' : 'play')}
      </Button>
      <SegmentedControl
        size="xs"
        aria-label={t('speed')}
        value={String(speed)}
        data={SPEEDS.map((one) => ({ value: String(one), label: t('times', { speed: one }) }))}
        onChange={(value) => player.setSpeed(Number(value) as Speed)}
      />
      <input
        type="range"
        className={classes.scrubber}
        aria-label={t('moment')}
        aria-valuetext={moment}
        min={replay.first}
        max={replay.last}
        value={seq}
        onChange={(event) => player.jump(event.currentTarget.valueAsNumber)}
        onPointerUp={() => settle(seq)}
        onKeyUp={() => settle(seq)}
      />
      <span className={classes.where}>
        <b>{moment}</b>
        <span>{t('of', { seq, last: replay.last })}</span>
      </span>
      <CopyButton value={linkTo(seq)}>
        {({ copied, copy }) => (
          <Button
            size="compact-md"
            variant="default"
            onClick={copy}
            aria-label={t(copied ? 'copied' : 'copy')}
            title={t(copied ? 'copied' : 'copy')}
          >
            <Link2 size={15} aria-hidden="true" />
          </Button>
        )}
      </CopyButton>
      <Button size="compact-md" variant="default" onClick={leave}>
        {t('leave')}
      </Button>
    </section>
  );
}

function linkTo(seq: number): string {
  const url = new URL(location.href);
  url.searchParams.set('at', String(seq));
  return url.href;
}
