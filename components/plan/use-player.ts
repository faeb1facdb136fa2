import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { PlanStore } from '@/components/live/plan-store';
import type { Replay } from '@/domain/view/replay';

/** What is not watched: a stretch in which nothing happens is cut to this, in milliseconds of the viewer's time. */
const LONGEST_LULL_MILLIS = 1500;

export const SPEEDS = [1, 10, 60] as const;
export type Speed = (typeof SPEEDS)[number];

export interface Player {
  /** The plan as it is at the moment; another one after a jump. */
  store: PlanStore;
  /** The last event that has happened by then. */
  seq: number;
  playing: boolean;
  speed: Speed;
  setSpeed: (speed: Speed) => void;
  play: () => void;
  pause: () => void;
  jump: (seq: number) => void;
}

/** Plays a plan from an event on; `rested` is told where it stands whenever it stands still. */
export function usePlayer(replay: Replay, from: number, rested: (seq: number) => void): Player {
  const first = Math.min(Math.max(from, replay.first), replay.last);
  const moment = useRef(replay.timeOf(first));
  const open = useCallback(
    (at: number) =>
      new PlanStore(
        replay.at(at),
        () => {},
        () => moment.current,
      ),
    [replay],
  );
  const [{ store, seq }, setPlace] = useState(() => ({ store: open(first), seq: first }));
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(10);
  const place = useRef(seq);
  place.current = seq;

  const jump = useCallback(
    (wanted: number) => {
      const at = Math.min(Math.max(wanted, replay.first), replay.last);
      moment.current = replay.timeOf(at);
      setPlace({ store: open(at), seq: at });
    },
    [replay, open],
  );

  useEffect(() => {
    if (!playing) {
      rested(place.current);
      return;
    }
    let [frame, before] = [0, performance.now()];
    const step = (now: number) => {
      const passed = (now - before) * speed;
      before = now;
      const at = place.current;
      if (at >= replay.last) return setPlaying(false);
      const lull = LONGEST_LULL_MILLIS * speed;
      moment.current = Math.max(moment.current + passed, replay.timeOf(at + 1) - lull);
      const reached = replay.seqAt(moment.current, at);
      if (reached > at) {
        store.receive(replay.between(at, reached));
        setPlace({ store, seq: reached });
      }
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, replay, store, rested]);

  const pause = useCallback(() => setPlaying(false), []);
  const play = useCallback(() => {
    // From the beginning again, where it has come to the end.
    if (place.current >= replay.last) jump(replay.first);
    setPlaying(true);
  }, [replay, jump]);
  return useMemo(
    () => ({ store, seq, playing, speed, setSpeed, play, pause, jump }),
    [store, seq, playing, speed, play, pause, jump],
  );
}
